"""Takes a landed crawl back for good: its files go to `landing/withdrawn`, its rows leave raw.

The files move first. A withdrawal that is killed after that is finished by the next load, or by the same
command again.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingestion.exits import Refused
from ingestion.landing.files import FILE_STEM, WITHDRAWN, crawl_path
from ingestion.landing.store import move, put_up_waiting, remove_if_empty, write_text
from ingestion.settings import Settings
from ingestion.warehouse.file import raw_tables, writing
from ingestion.warehouse.lake import lake_of
from ingestion.warehouse.retention import pruned_before

TABLES = {"landed_files", "crawls", "observations", "stream_details"}
GONE = "create temp table gone as select distinct platform, observed_at from raw.crawls where file_name = ?"
OBSERVATIONS = "delete from raw.observations where (platform, observed_at) in (from gone)"
# Details are stored when they are first seen on a day: those that later crawls of the day saw are now theirs.
PASSED_ON = """
    update raw.stream_details set observed_at = heirs.observed_at
    from (
        select details.platform, details.observed_at as seen_at, details.id, details.details_id,
            min(observations.observed_at) as observed_at
        from raw.stream_details as details
        semi join gone on details.platform = gone.platform and details.observed_at = gone.observed_at
        inner join raw.observations as observations
            on details.platform = observations.platform and details.id = observations.id
            and details.details_id = observations.details_id
            and observations.observed_at > details.observed_at
            and observations.observed_at < date_trunc('day', details.observed_at) + interval 1 day
        group by all
    ) as heirs
    where stream_details.platform = heirs.platform and stream_details.observed_at = heirs.seen_at
        and stream_details.id = heirs.id and stream_details.details_id = heirs.details_id
"""
DETAILS = "delete from raw.stream_details where (platform, observed_at) in (from gone)"


class NoSuchCrawl(Refused):
    """No crawl of this name or moment has landed."""


@dataclass(frozen=True)
class Withdrawn:
    """A crawl that was taken back: where its file lies now, and how many rows raw lost.

    `is_kept_in_marts`: its day's observations were dropped from raw, so that the day stays as it was built.
    """

    path: Path
    rows: int
    is_kept_in_marts: bool


def withdraw(settings: Settings, crawl: str, platform: str, reason: str, now: datetime) -> Withdrawn:
    """Take a crawl back; again it changes nothing.

    `crawl` is its landed file, as a path or as a name in the landing zone, or the moment (UTC, ISO) at
    which it began on `platform`. The reason lies beside its file, as JSON.

    Raises:
        NoSuchCrawl: no such crawl has landed.
        WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.load.load`.
    """
    put_up_waiting(settings.landing)
    name = _name_of(settings.landing, crawl, platform)
    path = settings.landing / WITHDRAWN / name
    if not settings.warehouse.exists():
        _move(settings.landing, name, reason, now)
        return Withdrawn(path, 0, False)
    with writing(settings) as warehouse:
        dropped = pruned_before(warehouse).get(name.parts[0], datetime.min)
        # the file first: what has left the landing zone is removed from raw by any later load as well
        _move(settings.landing, name, reason, now)
        rows = remove_withdrawn(settings, warehouse)
    return Withdrawn(path, rows, datetime.strptime(name.stem, FILE_STEM) < dropped)


def remove_withdrawn(settings: Settings, warehouse: duckdb.DuckDBPyConnection) -> int:
    """Delete the rows of every withdrawn crawl that raw still holds; return how many observations."""
    if not raw_tables(warehouse) >= TABLES:
        return 0
    held = {name for (name,) in warehouse.execute("select file_name from raw.landed_files").fetchall()}
    gone = sorted(held & withdrawn_files(settings.landing))
    if settings.engine == "duckdb":
        return sum(_remove(warehouse, name) for name in gone)
    rows = 0
    for name in gone:
        # the ledger last: while it has the crawl, all of it is done again
        tables = sorted(TABLES, key=lambda table: table == "landed_files")
        with lake_of(settings).edited(warehouse, tables, Path(name).parent.name):
            rows += _remove(warehouse, name)
    return rows


def withdrawn_files(landing: Path) -> set[str]:
    """Return the names of the withdrawn crawls, but for those whose second another crawl has since."""
    folder = landing / WITHDRAWN
    names = [str(path.relative_to(folder)) for path in folder.rglob("*.parquet")]
    return {name for name in names if not (landing / name).exists()}


def _name_of(landing: Path, crawl: str, platform: str) -> Path:
    with suppress(ValueError):
        at = datetime.fromisoformat(crawl)
        name = crawl_path(platform, at.astimezone(UTC) if at.tzinfo else at)
        if _has_landed(landing, name):
            return name
    for given in (crawl, str(Path(crawl).resolve())):
        name = Path(given.removeprefix(f"{landing}/"))
        if not name.is_absolute() and ".." not in name.parts and _has_landed(landing, name):
            return name
    raise NoSuchCrawl(
        f"no crawl {crawl} has landed in {landing}: give its file, or the moment (UTC) at which it began, "
        "as marts.crawls has it"
    )


def _has_landed(landing: Path, name: Path) -> bool:
    is_crawl = name.parts[1:2] == ("crawls",) and name.suffix == ".parquet"
    return is_crawl and any((folder / name).exists() for folder in (landing, landing / WITHDRAWN))


def _move(landing: Path, name: Path, reason: str, now: datetime) -> None:
    """Write down the reason, then move the crawl's file and what lies beside it under the same name."""
    here, there = (landing / name).parent, (landing / WITHDRAWN / name).parent
    if not (landing / name).exists():
        return
    record = {"crawl": str(name), "reason": reason, "withdrawn_at": now.isoformat()}
    write_text(there / f"{name.stem}.reason.json", json.dumps(record, ensure_ascii=False) + "\n")
    # the crawl itself last: as long as it is here, all of it is moved again
    for path in sorted(here.glob(f"{name.stem}*"), key=lambda path: path.name == name.name):
        move(path, there / path.name)
    remove_if_empty(here)


def _remove(warehouse: duckdb.DuckDBPyConnection, name: str) -> int:
    warehouse.execute("begin")
    warehouse.execute(GONE, [name])
    rows: int
    [(rows,)] = warehouse.execute(OBSERVATIONS).fetchall()
    for statement in (PASSED_ON, DETAILS, "drop table gone"):
        warehouse.execute(statement)
    for table in ("crawls", "landed_files"):
        warehouse.execute(f"delete from raw.{table} where file_name = ?", [name])
    warehouse.execute("commit")
    return rows
