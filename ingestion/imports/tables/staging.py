"""Stages one imported table: as a draft beside its place in the landing zone, or found landed before."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.imports.skipped import Skipped
from ingestion.imports.tables.draft import Table, stage
from ingestion.landing.files import Draft, read_record
from ingestion.landing.store import brought


@dataclass(frozen=True)
class Earlier:
    """A table that has been landed for the platform before."""

    path: Path
    record: dict[str, Any]


@dataclass(frozen=True)
class Staged:
    """A table with its audit record, where its rows are, its draft if it is new, and what was left out."""

    table: Table
    record: dict[str, Any]
    rows_path: Path
    draft: Draft | None
    skipped: Skipped

    def distinct(self, name: str) -> set[str]:
        """Return the distinct names in a column, none if the table has no such column."""
        if name not in self.table.schema.names:
            return set()
        with pq.ParquetFile(self.rows_path) as file:
            return {
                one
                for batch in file.iter_batches(columns=[name])
                for one in pc.unique(batch.column(name)).to_pylist()
                if one is not None
            }

    @property
    def notes(self) -> Iterator[str]:
        """What the user should know of how the file was read, as sentences."""
        for column, unit in self.record.get("units", {}).items():
            yield f"{self.table.kind}: {column} is read as {unit}"
        if rows := self.record.get("rows_skipped"):
            where = f", listed in {self.skipped.path}" if self.draft else ""
            yield f"{self.table.kind}: {rows:,} bad rows left out{where}"


def stage_table(
    table: Table,
    folder: Path,
    instant: datetime,
    earlier: list[Earlier],
    skipped_folder: Path | None,
    stack: ExitStack,
) -> Staged:
    """Return the table staged for `folder` at this instant; bad rows are listed in `skipped_folder`, if any.

    `stack` removes at its end what has not been landed or kept. Raises as `draft.stage` does.
    """
    sha256 = table.source.sha256()
    if same := _same_content(earlier, table, sha256):
        [rows] = stack.enter_context(brought([same.path]))
        return Staged(table, same.record, rows, None, Skipped())
    name = f"{instant:%Y-%m-%dT%H-%M-%SZ}-{sha256[:12]}-{table.kind}"
    stamp = {"kind": table.kind, "platform": folder.parent.name, "imported_at": instant, "sha256": sha256}
    skipped = stack.enter_context(Skipped(skipped_folder / f"{name}.csv" if skipped_folder else None))
    draft, record = stage(table, folder / f"{name}.parquet", stamp, stack, skipped)
    return Staged(table, record, draft.temporary, draft, skipped)


def earlier_imports(folder: Path) -> list[Earlier]:
    """Return what has been landed in the folder, the oldest first."""
    return [Earlier(path, read_record(path)) for path in sorted(folder.glob("[!.]*.parquet"))]


def next_instant(earlier: list[Earlier], imported_at: datetime) -> datetime:
    """Return the whole second of an import, later than those before it."""
    instant = imported_at.replace(microsecond=0)
    if earlier:
        newest = datetime.fromisoformat(earlier[-1].record["imported_at"])
        return max(instant, newest + timedelta(seconds=1))
    return instant


def _same_content(earlier: list[Earlier], table: Table, sha256: str) -> Earlier | None:
    names = table.unusual.get("names", {})
    of_kind = [e for e in earlier if e.record["kind"] == table.kind and e.record.get("names", {}) == names]
    if table.kind == "games":
        of_kind = of_kind[-1:]  # an older file brought back is news: its rows replace the newest
    return next((e for e in of_kind if e.record["sha256"] == sha256), None)
