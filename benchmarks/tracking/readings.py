"""Measures one more day of readings in all tracked marts, next to a script of DuckDB SQL written by hand.

Run: python -m benchmarks.tracking.readings [--days 7] [--readings 1000000] [--home FOLDER]. The whole, of 90
days of 1,000,000 readings, takes 15 GB of disk and hours: --days 90. Raw is made by SQL (raw.py). The script
(by_hand.sql) makes the same tables from the same raw rows; of what the day may change, each row is compared.

Two of the marts are views, so the rows that the day added to them are read as well, and count. Of dbt's own
time what it takes to start is told apart: the same command on one model that does nothing. With a folder, the
history is kept there, and a later run adds one more day to it.
"""

import resource
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click
import duckdb
from rich.console import Console

from benchmarks.console import console
from benchmarks.crawl import PROJECT, results
from benchmarks.dbt_run import DBT_RUN, dbt_environment
from benchmarks.tracking.compare import differences
from benchmarks.tracking.raw import FIRST_DAY, add_day, items_of, make_warehouse
from benchmarks.tracking.script import run as run_script
from ingestion.settings import Settings

MOST_RATIO = 2
SCRIPT = [sys.executable, "-m", "benchmarks.tracking.script"]
NOTHING, TRACKED = ("--select", "stg_airtime__loads"), ("--select", "+marts.tracked")


@dataclass(frozen=True)
class Took:
    """Wall-clock seconds and seconds of processor time, of a process with all its threads."""

    wall: float
    processor: float

    def __sub__(self, other: "Took") -> "Took":
        return Took(self.wall - other.wall, self.processor - other.processor)

    def __add__(self, other: "Took") -> "Took":
        return Took(self.wall + other.wall, self.processor + other.processor)


@click.command()
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 365), help="History.")
@click.option("--readings", default=1_000_000, show_default=True, type=click.IntRange(1000))
@click.option("--batch-days", default=5, show_default=True, help="Days of history that one dbt run builds.")
@click.option("--home", "folder", type=click.Path(path_type=Path), help="Keep the history here.")
def main(days: int, readings: int, batch_days: int, folder: Path | None) -> None:
    """Make the history, add a day, measure, compare, print, and exit 1 when the target is missed."""
    printed = console()
    with nullcontext(folder) if folder else tempfile.TemporaryDirectory() as root:
        home = Path(root) / f"{readings}"
        settings = Settings(_env_file=None, AIRTIME_HOME=home)
        if not settings.warehouse.exists():
            make_warehouse(home)
        items, held = items_of(readings), _days(settings)
        for number in range(held, days):
            add_day(settings, items, number)
            run_script(settings.warehouse, home / "by_hand.duckdb", _day(number))
            if number % batch_days == batch_days - 1:
                _build(settings, number, printed)
        _build(settings, max(days, held) - 1, printed)
        sys.exit(_measure(settings, items, max(days, held), printed))


def _day(number: int) -> datetime:
    return FIRST_DAY + timedelta(days=number)


def _days(settings: Settings) -> int:
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        [(days,)] = connection.execute(
            "select count(distinct observed_at::date) from raw.tracked_calls"
        ).fetchall()
        return int(days)


def _build(settings: Settings, number: int, printed: Console) -> None:
    took = _ran(DBT_RUN, settings)
    printed.print(f"history: {number + 1} days, dbt {took.wall:.0f} s", style="dim")


def _ran(command: list[str], settings: Settings) -> Took:
    """Run a command to its end and return what it took."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=dbt_environment(settings), cwd=PROJECT, check=True)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Took(seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _read(settings: Settings, since: datetime) -> Took:
    """Read what the marts that are views have of a day."""
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        began, before = time.perf_counter(), time.process_time()
        for mart, column in (("readings", "observed_at"), ("reading_buckets", "bucket_start")):
            connection.execute(
                f"create temp table {mart} as from marts.{mart} where {column} >= ?::timestamp", [since]
            )
        return Took(time.perf_counter() - began, time.process_time() - before)


def _measure(settings: Settings, items: int, number: int, printed: Console) -> bool:
    """Add a day, measure and compare; return whether the target is missed."""
    rows = add_day(settings, items, number)
    file = settings.root / "by_hand.duckdb"
    nothing = _ran([*DBT_RUN, *NOTHING], settings)
    models = _ran([*DBT_RUN, *TRACKED], settings)
    read = _read(settings, _day(number))
    script = _ran([*SCRIPT, str(settings.warehouse), str(file), f"{_day(number):%Y-%m-%d}"], settings)
    compared, found = differences(settings.warehouse, file, _day(number - 1))
    if found or not compared:
        raise click.ClickException("the tables differ:\n" + "\n".join(found))
    made = models - nothing + read
    ratio = made.processor / script.processor
    figures = [
        ("rows compared", compared, None),
        ("dbt run that does nothing, s of processor", nothing.processor, None),
        ("dbt run of the tracked models, s of processor", models.processor, None),
        ("the day's rows of the views, s of processor", read.processor, None),
        ("script by hand, s of processor", script.processor, None),
        ("script by hand, s", script.wall, None),
        ("models and views, s", made.wall, None),
        ("models and views / script, processor", ratio, MOST_RATIO),
        ("models and views / script, wall clock", made.wall / script.wall, MOST_RATIO),
    ]
    printed.print(results(f"One day of {rows:,} readings after {number} days", figures))
    return ratio > MOST_RATIO


if __name__ == "__main__":
    main()
