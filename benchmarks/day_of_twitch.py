"""Measures what a day of all of Twitch costs to build: `dbt run` after each of some days of 11 million rows.

Run: python -m benchmarks.day_of_twitch [--days 2] [--streamers 300000]. The rows are made by SQL in raw
(benchmarks/twitch_size.py); measured is dbt in a process of its own, start-up included.
"""

import resource
import subprocess
import tempfile
import time
from pathlib import Path

import click
import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.dbt_run import DBT_RUN, dbt_environment
from benchmarks.twitch_size import Size, add_day, make_warehouse
from ingestion.settings import Settings


@click.command()
@click.option("--days", default=2, show_default=True, type=click.IntRange(1, 365))
@click.option("--streamers", default=300_000, show_default=True, type=click.IntRange(1, 1_000_000))
def main(days: int, streamers: int) -> None:
    """Add day after day and print rows, seconds, rows a second, peak memory and the warehouse's size."""
    size = Size(streamers=streamers)
    sizes = ("peak MB", "warehouse MB", "bytes an observation in raw")
    table = Table("day", "observations", "seconds", "rows a second", *sizes)
    with tempfile.TemporaryDirectory() as folder:
        settings = make_warehouse(Path(folder), size)
        for number in range(days):
            before = _used_bytes(settings)
            rows = add_day(settings, size, number)
            raw = _used_bytes(settings) - before
            began = time.perf_counter()
            build(settings)
            seconds = time.perf_counter() - began
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            disk = settings.warehouse.stat().st_size / 1e6
            figures = (
                f"{rows:,}",
                f"{seconds:.0f}",
                f"{rows / seconds:,.0f}",
                f"{peak:,.0f}",
                f"{disk:,.0f}",
                f"{raw / rows:.1f}",
            )
            table.add_row(str(number + 1), *figures)
    Console().print(table)


def _used_bytes(settings: Settings) -> int:
    """Return the bytes of the warehouse's file that hold something."""
    with duckdb.connect(settings.warehouse) as connection:
        connection.execute("checkpoint")
        query = "select used_blocks * block_size from pragma_database_size()"
        return connection.execute(query).fetchone()[0]


def build(settings: Settings) -> None:
    """Run all models on the warehouse in a process of their own."""
    subprocess.run(DBT_RUN, env=dbt_environment(settings), check=True)


if __name__ == "__main__":
    main()
