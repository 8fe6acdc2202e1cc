"""Published copies that the pages are tried with: many days of two platforms, one day, nothing at all."""

from pathlib import Path

import duckdb

from benchmarks.quarter_of_marts import make_marts
from serving.publish import publish
from tests.notebooks.tracked_copy import add_tracked
from tests.serving.made_up import PUBLISHED_AT, turn_marts

HOSTILE = """<script>alert("x")</script> & 'so' on"""
OF_BOTH_PLATFORMS = (
    *("rank_streamers", "rank_games", "rank_publishers", "rank_genres"),
    *("streamers", "sessions", "hourly_activity", "crawls"),
)


def many_days(folder: Path) -> Path:
    """Publish 40 days of 60 streamers and, of half the figures, a second platform; one name means harm."""
    return _published(
        folder,
        40,
        f"""
        update marts.rank_streamers set language = 'de' where streamer_id > '100004000';
        update marts.rank_streamers set streamer_name = '{HOSTILE.replace("'", "''")}' where rank = 3;
        update marts.rank_streamers set rank_change = null, previous_rank = null where rank = 2;
        insert into marts.rank_genres
            select * replace ('(unknown)' as genre, null as rank, null as rank_change)
            from marts.rank_genres where rank = 1;
        update marts.crawls set is_complete = false, sample_seconds = null, stop_reason = 'deadline'
            where observed_at = (select max(observed_at) - interval 1 hour from marts.crawls);
        {"".join(_history_of(mart) for mart in OF_BOTH_PLATFORMS)}
    """,
    )


def one_day(folder: Path) -> Path:
    """Publish a single day, of which nothing came before."""
    return _published(
        folder, 1, "update marts.rank_games set previous_hours_watched = null, rank_change = null"
    )


def no_crawl(folder: Path) -> Path:
    """Publish marts without a row, as they are before the first complete crawl."""
    return _published(folder, 1, None)


def torn(folder: Path) -> Path:
    """Leave of a publish what a full or broken disk might: zeros."""
    folder.mkdir()
    published = folder / "airtime.duckdb"
    published.write_bytes(bytes(100_000))
    return published


def rotten(folder: Path) -> Path:
    """Leave of many days a file that opens, and of which no mart can be read."""
    published = many_days(folder)
    turn_marts(published)
    return published


def _history_of(mart: str) -> str:
    halved = "hours_watched / 2 as hours_watched, " if mart.startswith("rank_") else ""
    return f"insert into marts.{mart} select * replace ({halved}'history' as platform) from marts.{mart};"


def _published(folder: Path, days: int, change: str | None) -> Path:
    folder.mkdir()
    warehouse, published = folder / "made_up.duckdb", folder / "airtime.duckdb"
    make_marts(warehouse, days=days, streamers=60)
    with duckdb.connect(warehouse) as connection:
        add_tracked(connection, days, HOSTILE)
        if change is None:
            marts = connection.execute(
                "select table_name from duckdb_tables() where not temporary"
            ).fetchall()
            change = "".join(f"delete from marts.{mart};" for (mart,) in marts)
        connection.execute(change)
    publish(warehouse, published, published_at=PUBLISHED_AT)
    return published
