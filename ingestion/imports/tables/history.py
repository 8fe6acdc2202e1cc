"""Imports the two tables of a recorded history, streamers and games, into the landing zone.

A file is read once and written straight to a draft; the drafts are landed when all of them are
good. What has been landed already is recognised by the SHA-256 of the source file.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from filelock import FileLock, Timeout

from ingestion.imports.alike import COLUMNS, alike_warnings
from ingestion.imports.errors import ImportRefused
from ingestion.imports.gaps import LONGEST_CADENCE, cadence_warnings, tick_gaps
from ingestion.imports.source import open_source
from ingestion.imports.tables.draft import GAMES, STREAMERS, Table, games_table, streamers_table
from ingestion.imports.tables.staging import Earlier, earlier_imports, next_instant, stage_table
from ingestion.imports.zones import Zone
from ingestion.landing.files import WITHDRAWN
from ingestion.landing.store import on_disk, put_up_waiting, remove_if_empty

PLATFORM = re.compile(rf"(?!{WITHDRAWN}$)[a-z][a-z0-9_-]{{0,31}}")
LOCK_SECONDS = 60


@dataclass(frozen=True)
class Imported:
    """What an import did.

    `landed` are the files it landed; `rows` counts each given table's rows, newly landed or not;
    `already_there` names the tables whose content had been landed before; the gap is
    that between ticks; `notes` say how a file was read.
    """

    landed: tuple[Path, ...]
    rows: dict[str, int]
    already_there: tuple[str, ...]
    median_gap_seconds: float | None
    warnings: list[str]
    notes: list[str]


def import_tables(
    landing: Path,
    streamers: Path | None,
    games: Path | None,
    *,
    platform: str = "history",
    cadence_seconds: int = 60,
    imported_at: datetime,
    names: Mapping[str, str] = MappingProxyType({}),
    time_zone: str | None = None,
    skip_bad_rows: bool = False,
    skipped_folder: Path | None = None,
) -> Imported:
    """Land the tables, at least one of which is given; both are found good before either is landed.

    `names` gives the files' name of a column for ours; `time_zone` is that of times that name none. With
    `skip_bad_rows` bad rows are left out, and listed in a file of `skipped_folder`, by default beside the
    landing zone.

    `imported_at` is naive UTC; imports of a platform get distinct whole seconds, in order, so that the
    file landed last is the newest by its name.

    Raises:
        BadTable: a file is not its table; nothing is landed.
        ImportRefused: the platform, the cadence or the call is not acceptable; nothing is landed.
        NotLanded: the disk refused.
    """
    _check_call(landing, streamers, games, platform, cadence_seconds)
    _check_names(names, streamers, games)
    tables = []
    if streamers is not None:
        source, zone = open_source(streamers), Zone(time_zone)
        tables.append(streamers_table(source, cadence_seconds, imported_at, names, zone))
    if games is not None:
        tables.append(games_table(open_source(games), names))
    with alone(landing):
        put_up_waiting(landing)
        _clear_remains(on_disk(landing / platform / "imports"))
        earlier = earlier_imports(landing / platform / "imports")
        _check_cadence(earlier, tables, platform)
        skipped = (skipped_folder or on_disk(landing).parent / "skipped") if skip_bad_rows else None
        return _import(landing, platform, tables, earlier, imported_at, skipped)


def _import(
    landing: Path,
    platform: str,
    tables: list[Table],
    earlier: list[Earlier],
    imported_at: datetime,
    skipped: Path | None,
) -> Imported:
    folder = landing / platform / "imports"
    instant = next_instant(earlier, imported_at)
    with ExitStack() as stack:
        # a platform is an imported one only once a file has been landed
        stack.callback(remove_if_empty, on_disk(folder).parent)
        stack.callback(remove_if_empty, on_disk(folder))
        staged = [stage_table(table, folder, instant, earlier, skipped, stack) for table in tables]
        gaps, warnings = None, []
        for one in staged:
            if one.table.cadence_seconds:
                gaps = tick_gaps(one.rows_path)
                warnings = cadence_warnings(gaps, one.table.cadence_seconds)
        for column, kind in COLUMNS.items():
            warnings += alike_warnings(kind, set().union(*(one.distinct(column) for one in staged)))
        landed = tuple(one.draft.land() for one in staged if one.draft)
        for one in staged:
            one.skipped.keep()
    rows = {one.table.kind: one.record["rows"] for one in staged}
    there = tuple(one.table.kind for one in staged if not one.draft)
    gap = gaps[0] if gaps else None
    return Imported(landed, rows, there, gap, warnings, [note for one in staged for note in one.notes])


def _check_names(names: Mapping[str, str], streamers: Path | None, games: Path | None) -> None:
    known = [*(STREAMERS if streamers else ()), *(GAMES if games else ())]
    if unknown := [name for name in names if name not in known]:
        raise ImportRefused(f"--map {unknown[0]}=..: no such column of ours; there are {', '.join(known)}")


def check_platform(platform: str) -> None:
    """Refuse what cannot name a platform; raises ImportRefused."""
    if not PLATFORM.fullmatch(platform):
        raise ImportRefused(
            f"{platform!r} cannot name a platform: use a small letter, then at most 31 of a-z, 0-9, _ and -"
        )


def _check_call(
    landing: Path, streamers: Path | None, games: Path | None, platform: str, cadence_seconds: int
) -> None:
    if streamers is None and games is None:
        raise ImportRefused("there is nothing to import: give a streamers file, a games file or both")
    check_platform(platform)
    if not 1 <= cadence_seconds <= LONGEST_CADENCE:
        raise ImportRefused(f"a cadence of {cadence_seconds} seconds is not between 1 and {LONGEST_CADENCE}")
    if (landing / platform / "crawls").exists():
        raise ImportRefused(f"platform {platform} has live crawls; import into another PLATFORM")


def _check_cadence(earlier: list[Earlier], tables: list[Table], platform: str) -> None:
    known = {e.record["cadence_seconds"] for e in earlier if e.record["kind"] == "streamers"}
    for table in tables:
        if table.kind == "streamers" and known - {table.cadence_seconds}:
            raise ImportRefused(
                f"platform {platform} was imported with a cadence of {min(known)} seconds, "
                f"not {table.cadence_seconds}; keep that cadence or choose another PLATFORM"
            )


def _clear_remains(folder: Path) -> None:
    for remains in folder.glob(".*"):  # of an import that was killed: no other is running now
        if remains.is_dir():
            shutil.rmtree(remains)
        else:
            remains.unlink()


@contextmanager
def alone(landing: Path) -> Iterator[None]:
    """Keep other imports out until the block ends.

    Raises:
        ImportRefused: another one is running still, or the landing zone cannot be written.
    """
    try:
        on_disk(landing).mkdir(parents=True, exist_ok=True)
        lock = FileLock(on_disk(landing) / ".import.lock", timeout=LOCK_SECONDS)
        lock.acquire()
    except Timeout as error:
        raise ImportRefused("another import is still running; try again when it has ended") from error
    except OSError as error:
        raise ImportRefused(f"{landing} cannot be written ({error.strerror}); check the disk") from error
    try:
        yield
    finally:
        lock.release()
