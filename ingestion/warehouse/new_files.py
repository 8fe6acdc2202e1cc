"""The landed files that raw does not hold yet, each with its audit record, and those that cannot be read."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.exits import Stopped
from ingestion.landing import files as landing
from ingestion.landing.store import in_turn
from ingestion.warehouse.landed_tables import LANDED_TABLES

KINDS = frozenset(kind for table in LANDED_TABLES for kind in table.queries)
MOST_NAMED = 3
ROWS_OF_AN_ID = 40

File = TypeVar("File")


@dataclass(frozen=True)
class LandedFile:
    """One landed file and its audit record."""

    name: str
    path: Path
    record: dict[str, Any]

    @property
    def rows(self) -> int:
        """Rows in the file, as its record states them."""
        return int(self.record.get("streams", self.record.get("rows", 0)))

    @property
    def weight(self) -> int:
        """Rows that a load has to hold in memory for it: answers make many of one."""
        return int(self.record.get("asked", 0)) * ROWS_OF_AN_ID or self.rows


class UnreadableFiles(Stopped):
    """Landed files that are damaged or not ours; takes why each path cannot be read."""

    def __init__(self, landing_zone: Path, reasons: dict[Path, str]) -> None:
        named = [f"{path} ({reason})" for path, reason in list(reasons.items())[:MOST_NAMED]]
        more = f" and {len(reasons) - MOST_NAMED} more" if len(reasons) > MOST_NAMED else ""
        super().__init__(
            f"{', '.join(named)}{more} cannot be read: bring it back from a backup or move it out of "
            f"{landing_zone}; everything else is loaded"
        )
        self.reasons = reasons


class _NotOurs(Exception):
    """A Parquet file without a record that a load understands."""


def landed_since(
    landing_zone: Path, held: Collection[str], only: Collection[str] | None = None
) -> tuple[list[LandedFile], dict[Path, str]]:
    """Return the landed files that are not `held` (names), and why others of them cannot be read.

    `only` names those that are looked at, if not all.

    Every file is read through once, so that no damaged page stops a load half-way.
    """
    files: list[LandedFile] = []
    reasons: dict[Path, str] = {}
    landed = landing.landed_files(landing_zone) if only is None else only
    names = [str(name) for name in landed if str(name) not in held]
    copies = in_turn([landing_zone / name for name in names])
    for name, (path, copy) in zip(names, copies, strict=True):
        try:
            files.append(LandedFile(name, path, _record(copy)))
        except (pa.ArrowException, OSError, ValueError, _NotOurs) as error:
            reasons[path] = str(error).strip().partition("\n")[0].rstrip(".")
    return files, reasons


def split_by_rows(files: Iterable[File], rows_of: Callable[[File], int], most: int) -> list[list[File]]:
    """Split files, or loads, in their order into lists of at most `most` rows; a larger one is not cut."""
    loads: list[list[File]] = []
    rows = 0
    for file in files:
        if not loads or (rows and rows + rows_of(file) > most):
            loads.append([])
            rows = 0
        loads[-1].append(file)
        rows += rows_of(file)
    return loads


def _record(path: Path) -> dict[str, Any]:
    try:
        record = landing.read_record(path)
    except (KeyError, TypeError) as error:
        raise _NotOurs("no audit record") from error
    if record.get("kind") not in KINDS:
        raise _NotOurs(f"of unknown kind {record.get('kind')!r}")
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        rows = 0
        for batch in file.iter_batches():
            batch.validate()
            rows += batch.num_rows
        if rows != file.metadata.num_rows:
            raise _NotOurs(f"damaged: {rows} of {file.metadata.num_rows} rows are left")
    return record
