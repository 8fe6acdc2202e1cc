"""A second warehouse beside the one in use, loaded from the same landed files, and its swap into place.

All of it lies in a folder `AIRTIME_HOME/rebuild-..` of its own: a rebuild that is killed leaves nothing
that anybody reads, and the next one removes it.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import duckdb

from ingestion.disk import fsync
from ingestion.exits import Stopped
from ingestion.landing import files as landing
from ingestion.landing.store import put_up_waiting
from ingestion.settings import Settings
from ingestion.warehouse.errors import DamagedWarehouse, damage_of, opened
from ingestion.warehouse.file import (
    WAIT_SECONDS,
    one_load_at_a_time,
    raw_tables,
    reading,
    remove_unfinished,
    said_plainly,
    writing,
)
from ingestion.warehouse.load import HELD_FILES, load
from ingestion.warehouse.reference_tables import TABLES
from ingestion.warehouse.withdraw import withdrawn_files

FOLDER = "rebuild-"
COLUMNS = """
    select column_name from duckdb_columns()
    where database_name = ? and schema_name = 'raw' and table_name = ?
"""
READ = 'select sum(hash(rows)) from raw."{}" as rows'
LOADED = {"landed_files", "_dlt_loads"}
LAST_LOAD = "select max_by(load_id, inserted_at) from raw._dlt_loads where status = 0"


class CannotRebuild(Stopped):
    """What the warehouse holds could not be made again; it is as it was."""


@contextmanager
def beside(
    settings: Settings, warn: Callable[[str], None] = lambda text: None
) -> Iterator[tuple[Settings, list[str]]]:
    """Yield the settings of a new, empty home, and the files to load into it.

    They are the files that the warehouse holds, all that have landed while there is no warehouse: what
    lands meanwhile is for the next load. Until the block ends nothing else can load. A warehouse that cannot
    be read is set aside first, as `warn` gets told, and counts as none.

    Raises:
        CannotRebuild: landed files that the warehouse holds are gone, or the models run on Spark.
        WarehouseBusy: a load is running, or another process holds the warehouse.
    """
    if settings.engine == "spark":
        raise CannotRebuild(
            f"a rebuild beside works with AIRTIME_ENGINE=duckdb only: remove {settings.raw} and build, "
            "and the cluster's tables are made again from the landing zone"
        )
    with said_plainly(settings.root), one_load_at_a_time(settings) as was_cut_short:
        put_up_waiting(settings.landing)
        _set_aside_if_damaged(settings, warn)
        names = _held(settings, was_cut_short) if settings.warehouse.exists() else _landed(settings)
        _refuse_lost(names, settings.landing)
        for left in settings.root.glob(f"{FOLDER}*"):
            _remove(left)
        # a name of its own, because the dbt of a rebuild that was killed may still be writing
        folder = tempfile.mkdtemp(prefix=FOLDER, dir=settings.root)
        new = settings.model_copy(update={"home": Path(folder), "landing_zone": str(settings.landing)})
        try:
            yield new, names
        finally:
            _remove(new.root)


def was_loaded(settings: Settings) -> bool:
    """Tell whether anything landed was ever loaded; a home that was restored has names and games alone."""
    with reading(settings) as warehouse:
        return raw_tables(warehouse) >= LOADED


def load_again(
    settings: Settings, new: Settings, names: list[str], on_progress: Callable[[int, int], None]
) -> None:
    """Load the landed files `names` into the new warehouse, and copy what is in no landed file.

    Raises:
        UnreadableFiles, WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.load.load`.
    """
    load(new, on_progress, only=names)
    if settings.warehouse.exists():
        with writing(new) as warehouse:
            _copy_reference(settings, warehouse)


def swap_in(settings: Settings, new: Settings) -> Path | None:
    """Put the new warehouse in the place of the old one by one rename; return where the old one is kept.

    Only the newest of the old ones is kept, and every one that could not be read. None: there was none.

    Raises:
        WarehouseBusy: another process holds the old one.
    """
    _settle(new.warehouse)
    kept = None
    if settings.warehouse.exists():
        try:
            return _swap_in_for(settings, new)
        except duckdb.IOException as error:
            if not damage_of(settings.warehouse, str(error)):
                raise
            kept = _set_aside(settings)
    new.warehouse.replace(settings.warehouse)
    fsync(settings.root)
    return kept


def _swap_in_for(settings: Settings, new: Settings) -> Path:
    before = settings.warehouse.with_name("warehouse.before-rebuild.duckdb")
    with opened(settings.warehouse, WAIT_SECONDS) as old:
        old.execute("checkpoint")
        kept = new.root / before.name
        kept.hardlink_to(settings.warehouse)
        kept.replace(before)
        new.warehouse.replace(settings.warehouse)
    fsync(settings.root)
    return before


def _set_aside_if_damaged(settings: Settings, warn: Callable[[str], None]) -> None:
    """Read all of the warehouse that a rebuild needs, and move it away if that cannot be read."""
    if settings.warehouse.exists():
        try:
            with said_plainly(settings.root), opened(settings.warehouse, WAIT_SECONDS, read_only=True) as old:
                needed = {*LOADED, *(table.name for table in TABLES)}
                for table in sorted(needed & raw_tables(old)):
                    old.execute(READ.format(table))
        except DamagedWarehouse as damage:
            warn(f"{damage}; it is now {_set_aside(settings)}")


def _set_aside(settings: Settings) -> Path:
    """Move the warehouse to the first free `warehouse.unreadable-N.duckdb`, its WAL before it."""
    names = (settings.warehouse.with_name(f"warehouse.unreadable-{number}.duckdb") for number in count(1))
    aside = next(name for name in names if not name.exists())
    for suffix in (".wal", ""):  # a new warehouse must not find an old WAL
        here = settings.warehouse.with_name(settings.warehouse.name + suffix)
        if here.exists():
            here.replace(aside.with_name(aside.name + suffix))
    fsync(settings.root)
    return aside


def _refuse_lost(names: list[str], landing_zone: Path) -> None:
    there = {str(name) for name in landing.landed_files(landing_zone)}
    gone = [name for name in names if name not in there]
    if gone:
        raise CannotRebuild(
            f"{len(gone):,} landed files of the warehouse are gone, like {landing_zone / gone[0]}: "
            "a rebuild would lose what was in them; bring them back from a backup "
            "(AIRTIME_LANDING_RETENTION_DAYS drops old crawls). Nothing was changed"
        )


def _landed(settings: Settings) -> list[str]:
    return [str(name) for name in landing.landed_files(settings.landing)]


def _held(settings: Settings, was_cut_short: bool) -> list[str]:
    with opened(settings.warehouse, WAIT_SECONDS) as warehouse:
        if was_cut_short:
            remove_unfinished(warehouse)
        if not raw_tables(warehouse) >= LOADED:
            return _landed(settings)
        held = [name for (name,) in warehouse.execute(HELD_FILES).fetchall()]
    withdrawn = withdrawn_files(settings.landing)
    return [name for name in held if name not in withdrawn]


def _copy_reference(settings: Settings, warehouse: duckdb.DuckDBPyConnection) -> None:
    """Copy the reference tables' rows, as rows of the newest finished load."""
    path = str(settings.warehouse).replace("'", "''")
    warehouse.execute(f"attach '{path}' as old (read_only)")
    [(own,)] = warehouse.execute("select current_database()").fetchall()
    for table in TABLES:
        there = [
            {name for (name,) in warehouse.execute(COLUMNS, [d, table.name]).fetchall()} for d in (own, "old")
        ]
        columns = ", ".join(f'"{name}"' for name in sorted(there[0] & there[1] - {"_dlt_load_id"}))
        if columns:
            warehouse.execute(
                f'insert into raw."{table.name}" ({columns}, _dlt_load_id) '
                f'select {columns}, ({LAST_LOAD}) from old.raw."{table.name}"'
            )
    warehouse.execute("detach old")


def _settle(warehouse: Path) -> None:
    with opened(warehouse, WAIT_SECONDS) as connection:
        connection.execute("checkpoint")
    fsync(warehouse)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
