"""The model: rows, bytes, core-seconds and workers from figures that were measured.

`MEASURED` has each with the benchmark that it comes from.
"""

from dataclasses import dataclass
from math import ceil

DAY_SECONDS = 86_400
BUSY = 0.7  # the part of its time that a machine or a worker may be building
FIVE_YEARS = 5 * 365


@dataclass(frozen=True)
class Engine:
    """What a build costs: core-seconds of any build, and of each million observations of a stale day."""

    fixed: float
    each_million: float

    def build(self, millions: float) -> float:
        """Return the core-seconds of a build that makes a day of so many million observations."""
        return self.fixed + self.each_million * millions


@dataclass(frozen=True)
class Measured:
    """The figures that all others are computed from."""

    live: int  # day_of_twitch: streams a crawl, on average over a day
    landed_bytes: float  # landing_and_loading: an observation in the landing zone
    raw_bytes: float  # landing_and_loading: in raw
    model_bytes: float  # landing_and_loading: in the models below
    duckdb: Engine  # day_on_spark
    spark: Engine  # day_on_spark, with two workers
    spark_start: float  # day_on_spark: seconds until a cluster answers


MEASURED = Measured(
    live=74_400,
    landed_bytes=48,
    raw_bytes=31,
    model_bytes=23,
    duckdb=Engine(fixed=8.5, each_million=6.6),
    spark=Engine(fixed=248, each_million=42.3),
    spark_start=16,
)


@dataclass(frozen=True)
class Case:
    """So many platforms of Twitch's size, each crawled so often."""

    name: str
    platforms: int
    minutes: int

    @property
    def millions(self) -> float:
        """Million observations a day."""
        return self.platforms * MEASURED.live * 24 * 60 / self.minutes / 1e6


CASES = (
    Case("Twitch, every 10 minutes", 1, 10),
    Case("Twitch, every 5 minutes", 1, 5),
    Case("Twitch, every minute", 1, 1),
    Case("ten platforms, every 10 minutes", 10, 10),
    Case("ten platforms, every 5 minutes", 10, 5),
    Case("ten platforms, every minute", 10, 1),
)


def core_seconds(engine: Engine, case: Case, builds: int) -> float:
    """Return the core-seconds a day of so many builds, each of which makes the day until then."""
    return sum(engine.build(case.millions * (number + 1) / builds) for number in range(builds))


def cores(engine: Engine, case: Case, builds: int) -> int:
    """Return the cores with which the day's last and largest build ends before the next is due."""
    return ceil(engine.build(case.millions) / (DAY_SECONDS / builds * BUSY))


Rows = list[tuple[str, ...]]


def volumes() -> Rows:
    """Return what each case collects, below the names of the columns."""
    columns = ("case", "million rows a day", "GB a day landed", "in raw", "in models")
    rows: Rows = [(*columns, "billion rows in 5 years", "TB in 5 years")]
    for case in CASES:
        sizes = (MEASURED.landed_bytes, MEASURED.raw_bytes, MEASURED.model_bytes)
        parts = [case.millions * size / 1e3 for size in sizes]
        billions, terabytes = case.millions * FIVE_YEARS / 1e3, sum(parts) * FIVE_YEARS / 1e3
        figures = (case.millions, *parts, billions, terabytes)
        rows.append((case.name, *(f"{figure:,.1f}" for figure in figures)))
    return rows


def work(builds: int, machine: int) -> Rows:
    """Return what each case costs to build, and whether DuckDB on so many cores suffices."""
    columns = ("case", "DuckDB: core-seconds a day", "cores", "Spark: core-seconds a day", "workers")
    rows: Rows = [(*columns, "engine")]
    for case in CASES:
        needed, workers = (cores(engine, case, builds) for engine in (MEASURED.duckdb, MEASURED.spark))
        on_duckdb, on_spark = (
            core_seconds(engine, case, builds) for engine in (MEASURED.duckdb, MEASURED.spark)
        )
        engine = "DuckDB" if needed <= machine else "Spark"
        rows.append((case.name, f"{on_duckdb:,.0f}", f"{needed}", f"{on_spark:,.0f}", f"{workers}", engine))
    return rows
