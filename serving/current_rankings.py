"""The current rankings of the database in use, as the workbook, the report and the previews show them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from serving.catalogue import EVERYONE, RANKINGS, Ranking
from serving.published import publication

PERIOD = "last_7_days"


@dataclass(frozen=True)
class Current:
    """The newest period of a platform: `end` is the first day after it; `crawled_at` is naive UTC."""

    platform: str
    start: date
    end: date
    coverage: float | None
    crawled_at: datetime | None

    @property
    def dates(self) -> str:
        """First and last day, such as `2026-11-14 to 2026-11-20`."""
        return f"{self.start} to {date.fromordinal(self.end.toordinal() - 1)}"

    @property
    def covered(self) -> str:
        """The coverage as a percentage, or that there is none."""
        return "unknown" if self.coverage is None else f"{self.coverage:.1%}"


def published_rankings(connection: duckdb.DuckDBPyConnection) -> list[Ranking]:
    """Return the rankings that the current database has, in the order in which they are shown."""
    found = connection.execute(
        "select table_name from duckdb_tables()"
        " where database_name = current_database() and schema_name = 'marts'"
    ).fetchall()
    return [ranking for ranking in RANKINGS.values() if (ranking.mart,) in found]


def current_periods(connection: duckdb.DuckDBPyConnection, period: str = PERIOD) -> list[Current]:
    """Return the newest such period of each platform, by the platform's name; none without rankings."""
    if RANKINGS["streamers"] not in published_rankings(connection):
        return []
    crawls = dict(
        connection.execute(
            "select platform, max(observed_at) from marts.crawls where is_complete group by platform"
        ).fetchall()
    )
    rows = connection.execute(
        """
        select platform, max(period_start), max(period_end), max_by(coverage, period_start)
        from marts.rank_streamers where period = $period group by platform order by platform
        """,
        {"period": period},
    ).fetchall()
    return [
        Current(platform, start, end, coverage, crawls.get(platform))
        for platform, start, end, coverage in rows
    ]


def ranked_rows(
    connection: duckdb.DuckDBPyConnection, ranking: Ranking, current: Current, columns: list[str], limit: int
) -> list[tuple[Any, ...]]:
    """Return `columns` of the rows with a rank of at most `limit`, then of those without any, best first.

    Of follower growth only the ranking of everyone, not those of the genres.
    """
    everyone = f"and genre = '{EVERYONE}'" if ranking.name == "follower_growth" else ""
    return connection.execute(
        f"""
        select {", ".join(f'"{column}"' for column in columns)} from marts.{ranking.mart}
        where platform = $platform and period = $period and period_start = $start
            and (rank <= $limit or rank is null) {everyone}
        order by rank nulls last, {ranking.named}, {", ".join(map(str, range(1, len(columns) + 1)))}
        """,
        {"platform": current.platform, "period": PERIOD, "start": current.start, "limit": limit},
    ).fetchall()


def newest_crawl(connection: duckdb.DuckDBPyConnection) -> datetime:
    """Return the newest complete crawl of any platform, naive UTC; the start of 1980 if there is none."""
    return max(publication(connection).source_crawls.values(), default=datetime(1980, 1, 1))


def publication_facts(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """Yield what identifies the publication: its version and each platform's newest crawl."""
    version, _, crawls = publication(connection)
    yield "version", version
    for platform, at in crawls.items():
        yield f"newest crawl of {platform}", f"{at:%Y-%m-%d %H:%M} UTC"
