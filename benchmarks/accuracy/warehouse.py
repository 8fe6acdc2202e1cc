"""One warehouse in which one past was crawled in many ways, each way a platform of its own.

The past is crawled once, every minute. Crawls lie on whole multiples of the cadence, so what a slower
or a patchier collector would have brought is a part of those rows: it is copied within `raw`, and dbt
builds all the ways in one run.
"""

import json
import subprocess
from dataclasses import dataclass
from datetime import datetime
from random import Random

import click
import duckdb
import pyarrow as pa

from benchmarks.accuracy.truth import Measures
from benchmarks.dbt_run import DBT_RUN, dbt_environment
from ingestion.settings import Settings
from ingestion.warehouse.load import load
from simulator.past import PLATFORM, write_past
from simulator.truth.world import World, to_datetime, to_second

EVERYBODY = 1_000_000
COPIED = ("crawls", "observations", "stream_details")


@dataclass(frozen=True)
class Way:
    """One way of crawling: minutes between crawls, and the percentage of them that is missing."""

    minutes: int
    missing_percent: int

    @property
    def platform(self) -> str:
        """The platform of this way in the warehouse; the one that is crawled keeps its name."""
        if (self.minutes, self.missing_percent) == (1, 0):
            return PLATFORM
        return f"every_{self.minutes}_missing_{self.missing_percent}"

    def crawls(self, start: datetime, end: datetime) -> list[datetime]:
        """Return the instants in [start, end) that this way crawls, the same at every run."""
        seconds, dice = 60 * self.minutes, Random(self.platform)
        instants = range(-(-to_second(start) // seconds) * seconds, to_second(end), seconds)
        return [to_datetime(at) for at in instants if dice.random() * 100 >= self.missing_percent]


@dataclass(frozen=True)
class Day:
    """One streamer's measures of one day as the marts have them, with standard errors in hours."""

    streamer_id: str
    day: datetime
    measures: Measures
    airtime_error: float
    watched_error: float


def make(settings: Settings, world: World, ways: list[Way], start: datetime, end: datetime) -> None:
    """Crawl `world` in [start, end), load it, copy it for every other way and build the rankings."""
    write_past(world, settings.landing, start, end, cadence_minutes=1)
    load(settings)
    with duckdb.connect(settings.warehouse) as connection:
        for way in ways:
            if way.platform != PLATFORM:
                _copy(connection, way, start, end)
    _build(settings)


def _copy(connection: duckdb.DuckDBPyConnection, way: Way, start: datetime, end: datetime) -> None:
    kept = pa.table({"observed_at": pa.array(way.crawls(start, end), pa.timestamp("us"))})
    connection.register("kept", kept)
    for table in COPIED:
        cadence = f", {60 * way.minutes} as cadence_seconds" if table == "crawls" else ""
        # a title that a crawl between two kept ones brought is known all the same
        condition = "true" if table == "stream_details" else "observed_at in (select observed_at from kept)"
        connection.execute(
            f"insert into raw.{table} select * replace ('{way.platform}' as platform{cadence}) "
            f"from raw.{table} where platform = '{PLATFORM}' and {condition}"
        )


def _build(settings: Settings) -> None:
    command = [*DBT_RUN, "--select", "+rank_streamers"]
    command += ["--vars", json.dumps({"ranking_depth": EVERYBODY})]
    done = subprocess.run(command, env=dbt_environment(settings), capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"dbt failed: {done.stdout[-3000:]}")


def measured_days(settings: Settings, way: Way, start: datetime, end: datetime) -> list[Day]:
    """Return what `rank_streamers` says of the closed days of [start, end).

    Raises:
        ClickException: a day of them is not closed; its figures would not be final.
    """
    rows = _rows(
        settings,
        """
        select streamer_id, period_start, is_closed, hours_broadcast * 3600, hours_watched * 3600,
            peak_viewers, sessions, hours_broadcast_error, hours_watched_error
        from marts.rank_streamers
        where platform = ? and period = 'day' and period_start >= ? and period_start < ?
        """,
        [way.platform, start, end],
    )
    if not rows or not all(row[2] for row in rows):
        raise click.ClickException(f"{way.platform} has days that no later crawl has closed")
    return [Day(row[0], row[1], Measures(*row[3:7]), *row[7:]) for row in rows]


def _rows(settings: Settings, query: str, parameters: list[object]) -> list[tuple]:
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        return connection.execute(query, parameters).fetchall()
