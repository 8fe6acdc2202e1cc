"""Writes one imported table to a draft: read fast, or carefully where that is needed, and stamped."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.imports.cells import Column, Text, Whole
from ingestion.imports.errors import Unsure
from ingestion.imports.skipped import Skipped
from ingestion.imports.source import Source
from ingestion.imports.tables.rows import careful_batches, fast_batches, schema_of
from ingestion.imports.time_cells import Day, Instant
from ingestion.imports.zones import EPOCH, Zone
from ingestion.landing.files import UTC_MICROSECONDS, Draft

MOST_VIEWERS = 2**31 - 1
MOST_FOLLOWERS = 10**15
FIRST_INSTANT = datetime(2000, 1, 1)
FIRST_RELEASE, LAST_RELEASE = datetime(1950, 1, 1), datetime(2199, 12, 31)

STREAMERS = ("username", "timestamp", "game", "viewers", "followers")
GAMES = ("game", "release_date", "publisher", "genre")
NO_CATEGORY, UNKNOWN = "(no category)", "(unknown)"
NO_GAME = {"": NO_CATEGORY, "0": NO_CATEGORY}
NO_ZONE = Zone()
NOT_KNOWN = {"": None, UNKNOWN: None}


@dataclass(frozen=True)
class Table:
    """One table to import; `cadence_seconds` is None for games, which have no ticks."""

    kind: str
    source: Source
    columns: Sequence[Column]
    cadence_seconds: int | None = None

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the landed rows."""
        schema = schema_of(self.columns)
        return schema.append(pa.field("observed_at", UTC_MICROSECONDS)) if self.cadence_seconds else schema

    @property
    def unusual(self) -> dict[str, Any]:
        """What the audit record says of the reading: other names of columns, a unit other than seconds."""
        names = {column.name: column.theirs for column in self.columns if column.theirs}
        units = {column.name: column.unit for column in self.columns if isinstance(column, Instant)}
        finer = {name: unit for name, unit in units.items() if unit != "seconds"}
        return {key: facts for key, facts in (("names", names), ("units", finer)) if facts}


def streamers_table(
    source: Source,
    cadence_seconds: int,
    imported_at: datetime,
    names: Mapping[str, str] = MappingProxyType({}),
    zone: Zone = NO_ZONE,
) -> Table:
    """Return streamers(username, timestamp, game, viewers, followers) as read from `source`.

    `names` gives the source's name of a column for ours; `zone` is that of times that name none.
    """
    first, last = _epoch(FIRST_INSTANT), _epoch(imported_at + timedelta(days=1))
    called = {name: names.get(name, "") for name in STREAMERS}
    columns = (
        Text("username", theirs=called["username"]),
        Instant("timestamp", first, last, theirs=called["timestamp"], zone=zone),
        Text("game", theirs=called["game"], means=NO_GAME),
        Whole("viewers", 0, MOST_VIEWERS, theirs=called["viewers"]),
        Whole("followers", 0, MOST_FOLLOWERS, optional=True, theirs=called["followers"], absent=True),
    )
    return Table("streamers", source, columns, cadence_seconds)


def games_table(source: Source, names: Mapping[str, str] = MappingProxyType({})) -> Table:
    """Return games(game, release_date, publisher, genre) as read from `source`; `names` as above."""
    called = {name: names.get(name, "") for name in GAMES}
    columns = (
        Text("game", theirs=called["game"]),
        Day("release_date", _epoch(FIRST_RELEASE), _epoch(LAST_RELEASE), theirs=called["release_date"]),
        Text("publisher", theirs=called["publisher"], means=NOT_KNOWN),
        Text("genre", theirs=called["genre"], means=NOT_KNOWN),
    )
    return Table("games", source, columns)


def stage(
    table: Table, path: Path, stamp: dict[str, Any], stack: ExitStack, skipped: Skipped
) -> tuple[Draft, dict[str, Any]]:
    """Write the table to a finished draft of `path` and return it with its audit record.

    The record is `stamp`, the source file's name, the number of rows and, for streamers, the cadence
    and the first and last tick; what was unusual about the reading, and how many rows were `skipped`.
    `stack` removes the draft at its end unless it has been landed.

    Raises:
        BadTable: the file is not the table.
        NotLanded: the disk refused.
    """
    try:
        return _write(table, fast_batches(table.source, table.columns), path, stamp, stack, skipped)
    except Unsure:
        batches = careful_batches(table.source, table.columns, skipped)
        return _write(table, batches, path, stamp, stack, skipped)


def _write(
    table: Table,
    batches: Iterable[pa.RecordBatch],
    path: Path,
    stamp: dict[str, Any],
    stack: ExitStack,
    skipped: Skipped,
) -> tuple[Draft, dict[str, Any]]:
    rows, ticks = 0, []
    with ExitStack() as attempt:
        draft = attempt.enter_context(Draft(path, table.schema))
        for batch in batches:
            if table.cadence_seconds:
                batch = _with_ticks(batch, table.cadence_seconds)
                bounds = pc.min_max(batch.column("observed_at"))
                ticks += [bounds["min"].as_py(), bounds["max"].as_py()]
            draft.write(batch)
            rows += batch.num_rows
        if not rows:
            raise Unsure
        record = {**stamp, "source_name": table.source.name, "rows": rows, **table.unusual}
        if skipped.rows:
            record["rows_skipped"] = skipped.rows
        if table.cadence_seconds:
            record["cadence_seconds"] = table.cadence_seconds
            record |= {"first_observed_at": min(ticks), "last_observed_at": max(ticks)}
        draft.finish(record)
        stack.push(attempt.pop_all())
    return draft, record


def _with_ticks(batch: pa.RecordBatch, cadence_seconds: int) -> pa.RecordBatch:
    ticks = pc.multiply(pc.divide(batch.column("timestamp"), cadence_seconds), cadence_seconds * 10**6)
    return batch.append_column(pa.field("observed_at", UTC_MICROSECONDS), ticks.cast(UTC_MICROSECONDS))


def _epoch(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(seconds=1)
