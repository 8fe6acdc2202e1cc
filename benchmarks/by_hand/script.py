"""Runs the hand-written script: the days that are new, then what is published, into a DuckDB file of its own.

Run: python -m benchmarks.by_hand.script WAREHOUSE FILE [--all-periods]. Raw is read from the warehouse,
nothing is written to it. Published again are the periods that a new day touches, or all of them.
"""

from datetime import date
from pathlib import Path

import click
import duckdb

SQL = Path(__file__).parent
# a day's rows; games before the peaks of their publishers
DAY = ("sums", "games", "day")
PUBLISHED = ("periods", "streamers", "categories", "others")


@click.command()
@click.argument("warehouse", type=click.Path(path_type=Path, exists=True))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--all-periods", is_flag=True, help="Publish every period again, not only what is touched.")
def main(warehouse: Path, file: Path, all_periods: bool) -> None:
    """Bring FILE up to date with the raw rows of WAREHOUSE."""
    with duckdb.connect(file) as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute("create schema if not exists kept; create schema if not exists marts")
        connection.execute("set preserve_insertion_order = false")
        _run(connection, "crawls")
        built = _days(connection, "kept.session_days")
        crawled = _days(connection, "kept.crawls")
        # what is live is published from the rows of the newest day, so without a new one it is read again
        for day in [day for day in crawled if day not in built] or crawled[-1:]:
            connection.execute("set variable day = ?::date", [day])
            for name in DAY:
                _run(connection, name)
        # the newest day before is closed only now
        since = built[-1] if built and not all_periods else crawled[0]
        connection.execute("set variable since = ?::date", [since])
        for name in PUBLISHED:
            _run(connection, name)


def _run(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    connection.execute((SQL / f"{name}.sql").read_text())


def _days(connection: duckdb.DuckDBPyConnection, table: str) -> list[date]:
    rows = connection.execute(f"select distinct day from {table} order by day").fetchall()
    return [day for (day,) in rows]


if __name__ == "__main__":
    main()
