"""Measures how long crawls take with and without enrichment between them, against the simulator.

Run: python -m benchmarks.enrichment [--rounds 3] [--speed 4]. Both sides live on a clock that runs several
times as fast as the wall's, so that the minutes of a cadence pass in seconds; the bucket is made small
enough for a crawl to need nearly all of it, and so many followers are due that enrichment never runs out of
questions. The faster the clock, the more the processor's work weighs, and both sides share one process with
the simulator: a slow machine wants a slower clock. Crawls come when they are due, and by hand in the midst
of enrichment, which they end. Prints the seconds of the crawls (on that clock) and their ratios; exit code
1 when enrichment slows either.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.table import Table

from ingestion.client.asking import Cost
from ingestion.enrich.enrichment import enrich
from ingestion.platforms.crawl import crawl as crawl_
from ingestion.settings import Settings
from ingestion.warehouse.load import load
from simulator.demo import credentials
from simulator.server import serve
from simulator.truth.world import World

START = datetime(2026, 10, 7, 20)
CADENCE_MINUTES = 4
WORLD = World(seed=3, streamers=10000)
CLIENT = ("an-id", "a-secret")
# The fast clock makes much of a moment of somebody else's work.
MOST_RATIO = 1.25


class FastClock:
    """A clock that runs `speed` times as fast as the wall's."""

    def __init__(self, speed: int) -> None:
        self._speed, self._began = speed, time.monotonic()

    def now(self) -> datetime:
        """Return the present on this clock."""
        return START + timedelta(seconds=(time.monotonic() - self._began) * self._speed)

    def sleep(self, seconds: float) -> None:
        """Sleep so many seconds of this clock."""
        time.sleep(max(seconds, 0) / self._speed)

    def sleep_until(self, moment: datetime) -> None:
        """Sleep until that moment of this clock."""
        self.sleep((moment - self.now()).total_seconds())


@dataclass(frozen=True)
class Rounds:
    """Seconds of the crawls after the first, what they cost, and what was spent between them."""

    seconds: list[float]
    crawl_points: list[int]
    enrichment_points: int


def crawl(settings: Settings, clock: FastClock) -> tuple[float, int]:
    """Land one crawl; return its seconds and its points."""
    record = crawl_("twitch", settings, now=clock.now, sleep=clock.sleep).record
    if not record.is_complete:
        raise click.ClickException(f"a crawl was incomplete: {record.stop_reason}")
    return (record.finished_at - record.observed_at).total_seconds(), record.points_used


def measure(rounds: int, points_per_minute: int, speed: int, *, enriched: bool, crawl_after: float) -> Rounds:
    """Crawl at `crawl_after` cadences after the last crawl, with or without enrichment in between."""
    clock, found, costs, asking = FastClock(speed), [], [], []

    def finish_asking() -> None:
        for thread in asking:
            thread.join()

    with simulated(clock, points_per_minute) as settings:
        for _ in range(rounds + 1):
            begun = clock.now()
            found.append(crawl(settings, clock))
            finish_asking()
            load(settings)
            if enriched:
                asking.append(threading.Thread(target=ask, args=(settings, clock, costs)))
                asking[-1].start()
            clock.sleep_until(begun + timedelta(minutes=CADENCE_MINUTES * crawl_after))
        finish_asking()
    seconds, points = (list(column) for column in zip(*found[1:], strict=True))
    return Rounds(seconds, points, sum(cost.points_used for cost in costs))


@contextmanager
def simulated(clock: FastClock, points_per_minute: int) -> Iterator[Settings]:
    """Serve the world on the clock; yields settings of a new home that lead to it."""
    client_id, secret = CLIENT
    limits = {"clock": clock.now, "points_per_minute": points_per_minute}
    with (
        tempfile.TemporaryDirectory() as home,
        serve(WORLD, client_id=client_id, client_secret=secret, **limits) as served,
    ):
        places = {"AIRTIME_HOME": Path(home), "AIRTIME_CADENCE_MINUTES": CADENCE_MINUTES}
        yield Settings(_env_file=None, **places, **credentials(served, *CLIENT))


def ask(settings: Settings, clock: FastClock, costs: list[Cost]) -> None:
    """Enrich once and keep what it cost."""
    costs += enrich(settings, now=clock.now, sleep=clock.sleep)


@click.command()
@click.option("--rounds", default=3, show_default=True, help="Crawls measured each way.")
@click.option("--points-per-minute", default=30, show_default=True, help="The bucket of the simulator.")
@click.option("--speed", default=4, show_default=True, help="How fast the clock runs.")
def main(rounds: int, points_per_minute: int, speed: int) -> None:
    """Compare crawls with and without enrichment between them."""
    console = Console()
    table = Table("crawls", "median s", "points a crawl", "points of enrichment", "ratio")
    with console.status("measuring"):
        without = measure(rounds, points_per_minute, speed, enriched=False, crawl_after=1)
        between = measure(rounds, points_per_minute, speed, enriched=True, crawl_after=1)
        amid = measure(rounds, points_per_minute, speed, enriched=True, crawl_after=0.5)
    usual = median(without.seconds)
    ratio = max(median(slowed.seconds) for slowed in (between, amid)) / usual
    ways = {"without enrichment": without, "with, when due": between, "with, in the midst of it": amid}
    for name, measured in ways.items():
        table.add_row(
            name,
            f"{median(measured.seconds):.1f}",
            f"{median(measured.crawl_points):.0f}",
            f"{measured.enrichment_points:,}",
            f"{median(measured.seconds) / usual:.2f}",
        )
    console.print(table)
    if ratio > MOST_RATIO:
        click.echo(f"enrichment slows crawls by {ratio - 1:.0%}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
