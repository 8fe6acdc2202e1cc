"""What the models have built and what waits, by the contract that the dbt project keeps in schema `meta`."""

from dataclasses import dataclass

from ingestion.settings import Settings
from ingestion.warehouse.file import reading

# 32 million observations, three days of all of Twitch, have been built in 3 GB
ROWS_PER_GIGABYTE = 10_000_000

BUILT_DAYS = "built_days_4"  # of the models as they are now
SCHEMAS = f"""
    select count(*) filter (schema_name = 'meta'), count(*) filter (schema_name = 'intermediate')
    from duckdb_tables()
    where table_name in ('{BUILT_DAYS}', 'int_days')
"""
COUNTS = """
    select count(*) filter (is_stale and is_due), count(*) filter (is_stale and is_due and is_known),
        count(*) filter (is_stale and not is_due)
    from (
        select is_stale, is_due, is_known from meta.days
        union all
        select is_stale, is_due, is_known from meta.tracked_days
    )
"""
KEPT = """
    select platform, min(day)::varchar, max(day)::varchar from meta.days where is_kept
    group by platform order by platform
"""


@dataclass(frozen=True)
class LastBuild:
    """Days that the last build made, those of them that had been built before, and days that still wait.

    `kept` says per platform which days could not be made again, because raw has dropped their observations.
    """

    days: int
    again: int
    waiting: int
    kept: tuple[str, ...]

    def __str__(self) -> str:
        waiting = f"; {self.waiting} wait for the next part" if self.waiting else ""
        kept = f"; dropped from raw and kept as they were: {', '.join(self.kept)}" if self.kept else ""
        return f"built {self.days} days, {self.again} of them again{waiting}{kept}"


def rows_at_once(settings: Settings) -> int:
    """Return how many observations a build may take at once in the memory that it may use; 0 is all."""
    if settings.engine == "spark":
        return 0
    return settings.memory * ROWS_PER_GIGABYTE // 10**9


def last_build(settings: Settings) -> LastBuild:
    """Return what the last build made of the days that were stale when it began.

    Raises:
        WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.file.reading`.
    """
    with reading(settings) as warehouse:
        [(days, again, waiting)] = warehouse.execute(COUNTS).fetchall()
        kept = warehouse.execute(KEPT).fetchall()
    not_again = tuple(f"{platform} {first} to {last}" for platform, first, last in kept)
    return LastBuild(days, again, waiting, not_again)


def is_of_an_older_version(settings: Settings) -> bool:
    """Tell whether the warehouse was built by models whose tables had other columns.

    Raises:
        WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.file.reading`.
    """
    with reading(settings) as warehouse:
        [(ledger, days)] = warehouse.execute(SCHEMAS).fetchall()
    return bool(days) and not ledger
