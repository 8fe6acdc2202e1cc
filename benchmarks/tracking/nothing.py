"""What tracked metrics cost whoever tracks nothing: `dbt run` and a load with their models, or without.

Run: python -m benchmarks.tracking.nothing [--streamers 30000] [--pairs 5]. A day of crawls is built after
another one, and some crawls are loaded, each time in a copy of the same home, in turn with and without: dbt
leaves the models out, the load knows none of the tables. What counts is processor time, of which the median
of the pairs' ratios is told.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from pathlib import Path
from statistics import median

import click
import orjson

from benchmarks.console import console
from benchmarks.crawl import PROJECT, results
from benchmarks.dbt_run import DBT_RUN, dbt_environment
from benchmarks.live_streams import live_streams
from benchmarks.twitch_size import FIRST_DAY, Size, add_day, make_warehouse
from ingestion.landing.files import CrawlRecord, land_crawl
from ingestion.platforms.rows import shipped_rules
from ingestion.settings import Settings

MOST_RATIO = 1.03
CRAWLS, STREAMS = 12, 2000
LAYERS = ("staging", "intermediate", "marts")
WITHOUT = ["--exclude", *(f"path:models/{layer}/tracked" for layer in LAYERS)]
LOAD = """
import sys
from ingestion.settings import Settings
from ingestion.warehouse import landed_tables, load
if "without" in sys.argv:
    kept = len(landed_tables.LANDED_TABLES) - len(landed_tables.TRACKED_TABLES)
    load.LANDED_TABLES = landed_tables.LANDED_TABLES[:kept]
load.load(Settings(_env_file=None))
"""


@click.command()
@click.option("--streamers", default=30_000, show_default=True, type=click.IntRange(1000))
@click.option("--pairs", default=5, show_default=True, type=click.IntRange(1))
def main(streamers: int, pairs: int) -> None:
    """Prepare a home, measure copies of it, print, and exit 1 when the target is missed."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        _prepare(home, Size(streamers=streamers))
        # one of each is not counted: what it reads is at hand afterwards
        runs = [dict(_measured(home, number)) for number in range(pairs + 1)][1:]
    figures: list[tuple[str, float, float | None]] = []
    for what in ("load", "dbt run"):
        for how in ("with", "without"):
            seconds = median(run[what, how] for run in runs)
            figures.append((f"{what} {how}, s of processor", seconds, None))
        ratio = median(run[what, "with"] / run[what, "without"] for run in runs)
        figures.append((f"{what} with / without", ratio, MOST_RATIO))
    console().print(results(f"A day of {streamers:,} streamers, nothing tracked, {pairs} pairs", figures))
    sys.exit(any(most is not None and value > most for _, value, most in figures))


def _prepare(home: Path, size: Size) -> None:
    """Make a home with a day that is built, another one in raw, and crawls that have landed after it."""
    settings = make_warehouse(home, size)
    add_day(settings, size, 0)
    _seconds(DBT_RUN, settings)
    add_day(settings, size, 1)
    rows = [orjson.loads(row) for row in chain.from_iterable(live_streams(STREAMS).values())]
    for number in range(CRAWLS):
        at = FIRST_DAY + timedelta(days=2, seconds=number * size.cadence_seconds)
        streams, _ = shipped_rules("twitch").table(rows, at + timedelta(days=3650))
        end = at + timedelta(seconds=9)
        record = CrawlRecord("twitch", at, end, size.cadence_seconds, True, "end", 20, len(streams), 0, 20)
        land_crawl(settings.landing, record, streams)


def _measured(home: Path, number: int) -> Iterator[tuple[tuple[str, str], float]]:
    """Yield the seconds of processor time by what was run, and with or without; the first one alternates."""
    for how in ("with", "without") if number % 2 else ("without", "with"):
        copy = home.with_name("copy")
        shutil.copytree(home, copy)
        settings = Settings(_env_file=None, AIRTIME_HOME=copy)
        yield ("dbt run", how), _seconds([*DBT_RUN, *(WITHOUT if how == "without" else [])], settings)
        yield ("load", how), _seconds([sys.executable, "-c", LOAD, how], settings)
        shutil.rmtree(copy)


def _seconds(command: list[str], settings: Settings) -> float:
    """Run a command to its end and return the processor time that it took, in seconds."""
    environment = {**dbt_environment(settings), "AIRTIME_HOME": str(settings.root)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, cwd=PROJECT, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
