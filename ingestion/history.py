"""Imports the two tables of a recorded history, streamers and games, into the landing zone.

A file is read once and written straight to a draft; the drafts are landed when all of them are
good. What has been landed already is recognised by the SHA-256 of the source file.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ingestion.history_draft import Table, games_table, stage, streamers_table
from ingestion.history_errors import ImportRefused
from ingestion.history_gaps import cadence_warnings, median_gap_seconds
from ingestion.history_source import open_source
from ingestion.landing import read_record

PLATFORM = re.compile(r"[a-z][a-z0-9_-]{0,31}")
LONGEST_CADENCE = 86_400
LOCK_SECONDS = 60


@dataclass(frozen=True)
class Imported:
    """What an import did.

    `landed` are the files it landed; `rows` counts each given table's rows, newly landed or not;
    `already_there` names the tables whose content had been landed before.
    """

    landed: tuple[Path, ...]
    rows: dict[str, int]
    already_there: tuple[str, ...]
    median_gap_seconds: float | None
    warnings: list[str]


@dataclass(frozen=True)
class Earlier:
    """A table that has been landed for the platform before."""

    path: Path
    record: dict[str, Any]


def import_tables(
    landing: Path,
    streamers: Path | None,
    games: Path | None,
    *,
    platform: str = "history",
    cadence_seconds: int = 60,
    imported_at: datetime,
) -> Imported:
    """Land the tables, at least one of which is given; both are found good before either is landed.

    `imported_at` is naive UTC; imports of a platform get distinct whole seconds, in order, so that the
    file landed last is the newest by its name.

    Raises:
        BadTable: a file is not its table; nothing is landed.
        ImportRefused: the platform, the cadence or the call is not acceptable; nothing is landed.
        NotLanded: the disk refused.
    """
    _check_call(landing, streamers, games, platform, cadence_seconds)
    tables = []
    if streamers is not None:
        tables.append(streamers_table(open_source(streamers), cadence_seconds, imported_at))
    if games is not None:
        tables.append(games_table(open_source(games)))
    with alone(landing):
        _clear_remains(landing / platform / "imports")
        earlier = _earlier(landing / platform / "imports")
        _check_cadence(earlier, tables, platform)
        return _import(landing, platform, tables, earlier, imported_at)


def _import(
    landing: Path, platform: str, tables: list[Table], earlier: list[Earlier], imported_at: datetime
) -> Imported:
    instant = _next_instant(earlier, imported_at)
    there, drafts, records = [], [], {}
    gap, warnings = None, []
    with ExitStack() as stack:
        stack.callback(_remove_if_empty, landing / platform / "imports")
        for table in tables:
            sha256 = table.source.sha256()
            same = _same_content(earlier, table.kind, sha256)
            if same:
                there.append(table.kind)
                rows_path, record = same.path, same.record
            else:
                name = f"{instant:%Y-%m-%dT%H-%M-%SZ}-{sha256[:12]}-{table.kind}.parquet"
                stamp = {"kind": table.kind, "platform": platform, "imported_at": instant, "sha256": sha256}
                draft, record = stage(table, landing / platform / "imports" / name, stamp, stack)
                drafts.append(draft)
                rows_path = draft.temporary
            records[table.kind] = record
            if table.cadence_seconds:
                gap = median_gap_seconds(rows_path)
                warnings = cadence_warnings(gap, table.cadence_seconds)
        landed = tuple(draft.land() for draft in drafts)
    rows = {kind: record["rows"] for kind, record in records.items()}
    return Imported(landed, rows, tuple(there), gap, warnings)


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


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):  # a platform is an imported one only once a file has been landed
        folder.rmdir()
        folder.parent.rmdir()


def _earlier(folder: Path) -> list[Earlier]:
    return [Earlier(path, read_record(path)) for path in sorted(folder.glob("[!.]*.parquet"))]


def _same_content(earlier: list[Earlier], kind: str, sha256: str) -> Earlier | None:
    of_kind = [e for e in earlier if e.record["kind"] == kind]
    if kind == "games":
        of_kind = of_kind[-1:]  # an older file brought back is news: its rows replace the newest
    return next((e for e in of_kind if e.record["sha256"] == sha256), None)


def _next_instant(earlier: list[Earlier], imported_at: datetime) -> datetime:
    instant = imported_at.replace(microsecond=0)
    if earlier:
        newest = datetime.fromisoformat(earlier[-1].record["imported_at"])
        return max(instant, newest + timedelta(seconds=1))
    return instant


@contextmanager
def alone(landing: Path) -> Iterator[None]:
    """Keep other imports out until the block ends.

    Raises:
        ImportRefused: another one is running still, or the landing zone cannot be written.
    """
    try:
        landing.mkdir(parents=True, exist_ok=True)
        lock = FileLock(landing / ".import.lock", timeout=LOCK_SECONDS)
        lock.acquire()
    except Timeout as error:
        raise ImportRefused("another import is still running; try again when it has ended") from error
    except OSError as error:
        raise ImportRefused(f"{landing} cannot be written ({error.strerror}); check the disk") from error
    try:
        yield
    finally:
        lock.release()
