"""Drops what the day grain no longer needs: old observations in the warehouse, old files that have landed.

What is kept is counted in whole days before the newest day of each platform. The clock only tells whether
that day can be believed: one crawl of a wrong year would have everything else dropped. Only live crawls are
dropped: imported files, follower readings and names stay, and so does every crawl's audit record. The days
that were built from what is dropped stay as they are, and so do the marts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from ingestion.exits import Stopped
from ingestion.landing.store import remove_if_empty
from ingestion.settings import Settings
from ingestion.warehouse.file import FINISHED, raw_tables, writing

A_DAY = timedelta(days=1)
PRUNED = "create table if not exists raw.pruned (platform varchar primary key, pruned_before timestamp)"
CUTOFFS = """
    select days.platform, min(days.start_at)
    from meta.days as days
    inner join (
        select platform, max(day) as newest_day from meta.days where has_crawls group by platform
    ) as newest using (platform)
    where days.day >= newest.newest_day - $days
        and days.platform in (select platform from raw.crawls where is_live)
    group by days.platform
"""
NEWEST_DAYS = """
    select platform, day, start_at, end_at,
        day - lag(day) over (partition by platform order by day) as days_since
    from meta.days
    where has_crawls
    qualify row_number() over (partition by platform order by day desc) = 1
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
OLD = "from raw.observations where platform = $platform and observed_at < $before"
OBSERVATIONS = f"delete {OLD}"
# Details are stored once a UTC day: those of the oldest day's observations lie up to a day before it.
DETAILS = """
    delete from raw.stream_details
    where platform = $platform and observed_at < $before::timestamp - interval 1 day
"""
NEWEST_CHAT = "select max(received_at) from raw.chat_lines"
CHAT = "delete from raw.chat_lines where received_at < $before"
LANDED_CHAT = """
    select file_name from raw.landed_files
    where kind = 'chat' and split_part(file_name, '/', 3) < $day
"""

NOT_ON_SPARK = (
    "nothing was dropped: AIRTIME_RAW_RETENTION_DAYS and AIRTIME_LANDING_RETENTION_DAYS "
    "need AIRTIME_ENGINE=duckdb"
)


class NotBuilt(Stopped):
    """Crawls that would be dropped are in no mart yet; nothing was dropped."""


@dataclass(frozen=True)
class Pruned:
    """What was dropped: observations in raw, and landed files with their bytes."""

    observations: int
    files: int
    bytes: int


class NotPruned(Stopped):
    """A platform's newest day cannot be believed; `dropped` is what was dropped of other platforms."""

    def __init__(self, reasons: list[str], dropped: Pruned) -> None:
        super().__init__("; ".join(reasons))
        self.dropped = dropped


def prune(settings: Settings, now: datetime) -> Pruned:
    """Drop the observations and landed crawls that the settings do not keep; `now` is naive UTC.

    Raises:
        NotBuilt: crawls that would be dropped are in no mart yet.
        NotPruned: of a platform nothing was dropped, because its newest day is not within a day of now, or
            follows a gap longer than what is kept.
        WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.load.load`.
    """
    if settings.raw_retention_days is None and settings.landing_retention_days is None:
        return Pruned(0, 0, 0)
    if settings.engine == "spark":
        raise NotPruned([NOT_ON_SPARK], Pruned(0, 0, 0))
    with writing(settings) as warehouse:
        if not _is_built(warehouse):
            return Pruned(0, 0, 0)
        # all before anything is dropped: a refusal says that nothing was
        of_raw = _cutoffs(warehouse, settings.raw_retention_days)
        of_landing = _cutoffs(warehouse, settings.landing_retention_days)
        gone = {one: _landed_before(warehouse, settings.landing, one, at) for one, at in of_landing.items()}
        old = {one for one, at in of_raw.items() if _has_old(warehouse, one, at)}
        old |= {one for one, paths in gone.items() if paths}
        doubts = {one: doubt for one, doubt in _doubts(warehouse, settings, now).items() if one in old}
        dropped = sum(_drop_observations(warehouse, one, of_raw[one]) for one in of_raw.keys() - doubts)
        files, size = _remove(path for one in gone.keys() - doubts for path in gone[one])
    pruned = Pruned(dropped, files, size)
    if doubts:
        raise NotPruned([doubts[one] for one in sorted(doubts)], pruned)
    return pruned


def forget_chat(settings: Settings, now: datetime) -> tuple[int, int]:
    """Drop chat of days before the last `AIRTIME_CHAT_DAYS`; return how many records and landed files.

    `now` is naive UTC. Nothing is dropped while the newest record is of a later day than now: one of the two
    clocks was wrong.

    Raises:
        WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.load.load`.
    """
    if settings.engine == "spark":
        return 0, 0
    before = datetime(now.year, now.month, now.day) - timedelta(days=settings.chat_days)
    with writing(settings) as warehouse:
        if "chat_lines" not in raw_tables(warehouse):
            return 0, 0
        [(newest,)] = warehouse.execute(NEWEST_CHAT).fetchall()
        if newest is None or newest.date() > now.date():
            return 0, 0
        [(records,)] = warehouse.execute(CHAT, {"before": before}).fetchall()
        names = warehouse.execute(LANDED_CHAT, {"day": f"{before:%Y-%m-%d}"}).fetchall()
    paths = (settings.landing / name for (name,) in names)
    files, _ = _remove(path for path in paths if path.exists())
    return records, files


def pruned_before(warehouse: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    """Return the platforms whose old observations were dropped, with the instant before which they were."""
    query = "select platform, pruned_before from raw.pruned"
    return dict(warehouse.execute(query).fetchall()) if "pruned" in raw_tables(warehouse) else {}


def _is_built(warehouse: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether dbt has ever built this warehouse."""
    return warehouse.execute(BUILT).fetchone() is not None


def _doubts(warehouse: duckdb.DuckDBPyConnection, settings: Settings, now: datetime) -> dict[str, str]:
    """Return, as a sentence, why the newest day of a platform cannot be believed."""
    kept = min(days for days in (settings.raw_retention_days, settings.landing_retention_days) if days)
    doubts = {}
    for platform, day, start_at, end_at, days_since in warehouse.execute(NEWEST_DAYS).fetchall():
        newest = f"nothing of {platform} was dropped: its newest day, {day},"
        if not start_at - A_DAY <= now < end_at + A_DAY:
            doubts[platform] = (
                f"{newest} is not within a day of now ({now:%Y-%m-%d %H:%M} UTC): set the clock, crawl "
                "again, or take a crawl of a wrong day back (python -m ingestion withdraw)"
            )
        elif (days_since or 0) > kept:
            doubts[platform] = (
                f"{newest} follows a gap of {days_since} days, and no more than {kept} are kept: if the day "
                "is right, keep more days or prune again tomorrow"
            )
    return doubts


def _cutoffs(warehouse: duckdb.DuckDBPyConnection, days: int | None) -> dict[str, datetime]:
    """Return for each live platform the start of its oldest day to keep; nothing where all is kept."""
    if days is None:
        return {}
    cutoffs = dict(warehouse.execute(CUTOFFS, {"days": days}).fetchall())
    for platform, before in cutoffs.items():
        bound = {"platform": platform, "before": before}
        [(unbuilt,)] = warehouse.execute(UNBUILT, bound).fetchall()
        if unbuilt:
            raise NotBuilt(
                f"{unbuilt:,} crawls of {platform} before {before} are in no mart yet: "
                "build first (python -m orchestration run build). Nothing was dropped"
            )
    return cutoffs


def _has_old(warehouse: duckdb.DuckDBPyConnection, platform: str, before: datetime) -> bool:
    bound = {"platform": platform, "before": before}
    return warehouse.execute(f"select 1 {OLD} limit 1", bound).fetchone() is not None


def _drop_observations(warehouse: duckdb.DuckDBPyConnection, platform: str, before: datetime) -> int:
    bound = {"platform": platform, "before": before}
    warehouse.execute("begin")
    warehouse.execute("insert or replace into raw.pruned values ($platform, $before)", bound)
    count: int
    [(count,)] = warehouse.execute(OBSERVATIONS, bound).fetchall()
    warehouse.execute(DETAILS, bound)
    warehouse.execute("commit")
    return count


def _landed_before(
    warehouse: duckdb.DuckDBPyConnection, landing_zone: Path, platform: str, before: datetime
) -> list[Path]:
    names = warehouse.execute(LANDED, {"platform": platform, "before": before}).fetchall()
    return [path for (name,) in names if (path := landing_zone / name).exists()]


def _remove(paths: Iterable[Path]) -> tuple[int, int]:
    """Remove landed files and folders that get empty; return how many files and bytes."""
    files = size = 0
    for path in paths:
        files, size = files + 1, size + path.stat().st_size
        path.unlink()
        remove_if_empty(path.parent)
    return files, size
