"""Measures how far the marts are from the truth, by cadence and by share of the crawls that are missing.

Run: python -m benchmarks.accuracy [--days 7 --streamers 150]. A simulated past with an exact truth is
crawled in fifteen ways; every figure below comes from `rank_streamers` of whole, closed days. Prints one
row per way; what stands for what is said under the table.
"""

import math
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import correlation, median

import click
from rich.table import Table

from benchmarks.accuracy.truth import Measures, truth
from benchmarks.accuracy.warehouse import Day, Way, make, measured_days
from benchmarks.console import console
from ingestion.settings import Settings
from simulator.truth.world import World

START = datetime(2026, 10, 5)
BEFORE = timedelta(hours=12)
AFTER = timedelta(hours=6)
MINUTES = (1, 5, 10, 15, 60)
MISSING_PERCENTS = (0, 5, 20)
TOP = 100
NOBODY = Measures(0, 0, 0, 0)
COLUMNS = (
    "every, missing",
    "broadcast",
    "watched",
    "watched*",
    "average*",
    "peak*",
    "sessions",
    "top found",
    "order",
    "watched in error",
    "broadcast in error",
)
LEGEND = """\
broadcast, watched: hours of all streamers against the truth. *: median absolute relative error of streamers
with an hour on air. sessions: found / true. top found: share of the true top {top} in the measured one;
order: Spearman's rho. in error: share of true hours of a streamer's {days} days within one standard error."""


@dataclass(frozen=True)
class Measured:
    """What the marts say of one streamer in the whole window; errors in seconds."""

    measures: Measures
    airtime_error: float
    watched_error: float


def summed(days: Iterable[Day]) -> dict[str, Measured]:
    """Return each streamer's measures of all `days` together; variances add up."""
    by_streamer: dict[str, list[Day]] = {}
    for day in days:
        by_streamer.setdefault(day.streamer_id, []).append(day)
    return {
        streamer_id: Measured(
            Measures(
                sum(day.measures.airtime for day in own),
                sum(day.measures.watched for day in own),
                max(day.measures.peak for day in own),
                sum(day.measures.sessions for day in own),
            ),
            3600 * math.hypot(*(day.airtime_error for day in own)),
            3600 * math.hypot(*(day.watched_error for day in own)),
        )
        for streamer_id, own in by_streamer.items()
    }


def figures(true: dict[str, Measures], found: dict[str, Measured]) -> list[str]:
    """Return one row of the table, in the order of COLUMNS after the first."""
    seen = {one: found[one].measures if one in found else NOBODY for one in true}
    return [
        total(true, seen, "airtime"),
        total(true, seen, "watched"),
        *(typical(true, seen, name) for name in ("watched", "average", "peak")),
        f"{_sum(seen, 'sessions') / _sum(true, 'sessions'):.3f}",
        *order(true, seen),
        within(true, found, "watched"),
        within(true, found, "airtime"),
    ]


def total(true: dict[str, Measures], seen: dict[str, Measures], name: str) -> str:
    """Return the relative error of everybody's sum of a measure."""
    return f"{_sum(seen, name) / _sum(true, name) - 1:+.2%}"


def typical(true: dict[str, Measures], seen: dict[str, Measures], name: str) -> str:
    """Return the median absolute relative error of a measure, of streamers with an hour on air."""
    errors = [
        abs(getattr(seen[one], name) / getattr(exact, name) - 1)
        for one, exact in true.items()
        if exact.airtime >= 3600 and getattr(exact, name)
    ]
    return f"{median(errors):.2%}"


def within(true: dict[str, Measures], found: dict[str, Measured], name: str) -> str:
    """Return the share of truths within one standard error."""
    held = 0
    for one in true.keys() & found.keys():
        missed = getattr(true[one], name) - getattr(found[one].measures, name)
        held += abs(missed) <= getattr(found[one], f"{name}_error")
    return f"{held / len(true):.0%}"


def _sum(measures: dict[str, Measures], name: str) -> float:
    return sum(getattr(one, name) for one in measures.values())


def order(true: dict[str, Measures], seen: dict[str, Measures]) -> tuple[str, str]:
    """Return the share of the true top that the measured top has, and Spearman's rho of its ranks."""
    best, measured = (sorted(one, key=lambda who: (-one[who].watched, who)) for one in (true, seen))
    top = min(TOP, len(best))
    places = {who: place for place, who in enumerate(measured)}
    by_place = {who: rank for rank, who in enumerate(sorted(best[:top], key=places.__getitem__))}
    rho = correlation(range(top), [by_place[who] for who in best[:top]])
    return f"{len(set(best[:top]) & set(measured[:top])) / top:.0%}", f"{rho:.4f}"


@click.command()
@click.option("--days", default=7, show_default=True, type=click.IntRange(1), help="Whole days measured.")
@click.option("--streamers", default=150, show_default=True, type=click.IntRange(2), help="Streamers.")
@click.option("--seed", default=1, show_default=True, help="Which world.")
def main(days: int, streamers: int, seed: int) -> None:
    """Crawl one world in every way and compare the marts with its truth."""
    end = START + timedelta(days=days)
    world = World(seed=seed, streamers=streamers, epoch=START - BEFORE)
    ways = [Way(minutes, percent) for minutes in MINUTES for percent in MISSING_PERCENTS]
    printed, true = console(), truth(world, START, end)
    table = Table(*COLUMNS, title=f"{len(true)} streamers, {days} days, against the truth")
    with tempfile.TemporaryDirectory() as home, printed.status("crawling and building"):
        settings = Settings(_env_file=None, AIRTIME_HOME=Path(home))
        make(settings, world, ways, START - BEFORE, end + AFTER)
        for way in ways:
            found = summed(measured_days(settings, way, START, end))
            row = figures(true, found)
            table.add_row(f"{way.minutes} min, {way.missing_percent} %", *row)
    printed.print(table)
    printed.print(LEGEND.format(top=min(TOP, len(true)), days=days), highlight=False)


if __name__ == "__main__":
    main()
