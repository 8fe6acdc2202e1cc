"""A made-up published copy with rankings of two platforms, with names that mean harm."""

from pathlib import Path

import duckdb

from benchmarks.quarter_of_marts import make_marts
from serving.publish import publish
from tests.serving.made_up import PUBLISHED_AT

HOSTILE = '<script>alert("x")</script> & =1+1 \x0b'
FORMULA = '=HYPERLINK("http://198.51.100.1","x")'


def publish_ranked(folder: Path, *, is_reversed: bool = False) -> Path:
    """Publish 40 days of rankings of 50 streamers; the rows lie the other way round in the warehouse."""
    warehouse, published = folder / "ranked.duckdb", folder / "ranked-published.duckdb"
    warehouse.unlink(missing_ok=True)
    make_marts(warehouse, days=40, streamers=50)
    with duckdb.connect(warehouse) as connection:
        rename = "update marts.rank_streamers set streamer_name = ? where rank = ?"
        connection.execute(rename, [HOSTILE, 2])
        connection.execute(rename, [FORMULA, 3])
        connection.execute("update marts.rank_streamers set rank_change = -4 where rank = 1")
        connection.execute(
            "update marts.rank_streamers set rank_change = null, previous_rank = null where rank = 2"
        )
        connection.execute(
            "insert into marts.rank_genres by name"
            " select * replace ('(unknown)' as genre, null as rank, null as rank_change)"
            " from marts.rank_genres where rank = 1"
        )
        connection.execute(
            "insert into marts.rank_streamers by name select * replace ('history' as platform)"
            " from marts.rank_streamers where rank <= 3"
        )
        if is_reversed:
            connection.execute(
                "create or replace table marts.rank_streamers as"
                " select * from marts.rank_streamers order by all desc"
            )
    publish(warehouse, published, published_at=PUBLISHED_AT)
    return published
