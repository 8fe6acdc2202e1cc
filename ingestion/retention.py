"""Drops what the day grain no longer needs: old observations in the warehouse, old files that have landed.

What is kept is counted in whole days before the newest day of each platform, never from the clock. Only
live crawls are dropped: imported files, follower readings and names stay, and so does every crawl's
audit record. The days that were built from what is dropped stay as they are, and so do the marts.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from ingestion.settings import Settings
from ingestion.warehouse import FINISHED, raw_tables, writing

PRUNED = "create table if not exists raw.pruned (platform varchar primary key, pruned_before timestamp)"
CUTOFFS = """
    select days.platform, min(days.start_at)
    from meta.days as days
    inner join (select platform, max(day) as newest_day from meta.days group by platform) as newest
        using (platform)
    where days.day >= newest.newest_day - $days
        and days.platform in (select platform from raw.crawls where is_live)
    group by days.platform
"""
BUILT = "select 1 from duckdb_tables() where schema_name = 'marts' and table_name = 'crawls'"
UNBUILT = f"""
    select count(*) from raw.crawls
    where {FINISHED} and is_live and platform = $platform and observed_at < $before
        and (
            (platform, observed_at) not in (select (platform, observed_at) from marts.crawls)
            or exists (
                select 1 from meta.days
                where days.platform = crawls.platform and not is_built and not is_pruned
                    and start_at < $before
            )
        )
"""
LANDED = f"""
    select file_name from raw.crawls
    where {FINISHED} and is_live and platform = $platform and observed_at < $before
"""
OBSERVATIONS = "delete from raw.observations where platform = $platform and observed_at < $before"
# Details are stored once a UTC day: those of the oldest day's observations lie up to a day before it.
DETAILS = """
    delete from raw.stream_details
    where platform = $platform and observed_at < $before::timestamp - interval 1 day
"""


class NotBuilt(Exception):
    """Crawls that would be dropped are in no mart yet; nothing was dropped."""


@dataclass(frozen=True)
class Pruned:
    """What was dropped: observations in raw, and landed files with their bytes."""

    observations: int
    files: int
    bytes: int


def prune(settings: Settings) -> Pruned:
    """Drop the observations and landed crawls that the settings do not keep.

    Raises:
        NotBuilt: crawls that would be dropped are in no mart yet.
        WarehouseBusy, WarehouseFailed: as `ingestion.load.load`.
    """
    if settings.raw_retention_days is None and settings.landing_retention_days is None:
        return Pruned(0, 0, 0)
    with writing(settings) as warehouse:
        if not _is_built(warehouse):
            return Pruned(0, 0, 0)
        # both before anything is dropped: a refusal says that nothing was
        of_raw = _cutoffs(warehouse, settings.raw_retention_days)
        of_landing = _cutoffs(warehouse, settings.landing_retention_days)
        dropped = sum(_drop_observations(warehouse, platform, before) for platform, before in of_raw)
        gone = [
            path
            for platform, before in of_landing
            for path in _landed_before(warehouse, settings.landing, platform, before)
        ]
        size = sum(path.stat().st_size for path in gone)
        for path in gone:
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
    return Pruned(dropped, len(gone), size)


def pruned_before(warehouse: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    """Return the platforms whose old observations were dropped, with the instant before which they were."""
    query = "select platform, pruned_before from raw.pruned"
    return dict(warehouse.execute(query).fetchall()) if "pruned" in raw_tables(warehouse) else {}


def _is_built(warehouse: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether dbt has ever built this warehouse."""
    return warehouse.execute(BUILT).fetchone() is not None


def _cutoffs(warehouse: duckdb.DuckDBPyConnection, days: int | None) -> list[tuple[str, datetime]]:
    """Return each live platform with the start of its oldest day to keep; none where all is kept."""
    if days is None:
        return []
    cutoffs = warehouse.execute(CUTOFFS, {"days": days}).fetchall()
    for platform, before in cutoffs:
        bound = {"platform": platform, "before": before}
        unbuilt = warehouse.execute(UNBUILT, bound).fetchone()[0]
        if unbuilt:
            raise NotBuilt(
                f"{unbuilt:,} crawls of {platform} before {before} are in no mart yet: "
                "build first (python -m orchestration run build). Nothing was dropped"
            )
    return cutoffs


def _drop_observations(warehouse: duckdb.DuckDBPyConnection, platform: str, before: datetime) -> int:
    bound = {"platform": platform, "before": before}
    warehouse.execute("begin")
    warehouse.execute("insert or replace into raw.pruned values ($platform, $before)", bound)
    (count,) = warehouse.execute(OBSERVATIONS, bound).fetchone()
    warehouse.execute(DETAILS, bound)
    warehouse.execute("commit")
    return count


def _landed_before(
    warehouse: duckdb.DuckDBPyConnection, landing_zone: Path, platform: str, before: datetime
) -> list[Path]:
    names = warehouse.execute(LANDED, {"platform": platform, "before": before}).fetchall()
    return [path for (name,) in names if (path := landing_zone / name).exists()]
