"""Writes one imported table to a draft: read fast, or carefully where that is needed, and stamped."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.history_cells import EPOCH, Column, Day, Instant, Text, Whole
from ingestion.history_errors import Unsure
from ingestion.history_source import Source
from ingestion.history_tables import careful_batches, fast_batches, schema_of
from ingestion.landing import UTC_MICROSECONDS, Draft

MOST_VIEWERS = 2**31 - 1
MOST_FOLLOWERS = 10**15
FIRST_INSTANT = datetime(2000, 1, 1)
FIRST_RELEASE, LAST_RELEASE = datetime(1950, 1, 1), datetime(2199, 12, 31)

Reader = Callable[[Source, Sequence[Column]], Iterator[pa.RecordBatch]]


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


def streamers_table(source: Source, cadence_seconds: int, imported_at: datetime) -> Table:
    """Return streamers(username, timestamp, game, viewers, followers) as read from `source`."""
    columns = (
        Text("username"),
        Instant("timestamp", _epoch(FIRST_INSTANT), _epoch(imported_at + timedelta(days=1))),
        Text("game"),
        Whole("viewers", 0, MOST_VIEWERS),
        Whole("followers", 0, MOST_FOLLOWERS, optional=True),
    )
    return Table("streamers", source, columns, cadence_seconds)


def games_table(source: Source) -> Table:
    """Return games(game, release_date, publisher, genre) as read from `source`."""
    release = Day("release_date", _epoch(FIRST_RELEASE), _epoch(LAST_RELEASE))
    return Table("games", source, (Text("game"), release, Text("publisher"), Text("genre")))


def stage(table: Table, path: Path, stamp: dict[str, Any], stack: ExitStack) -> tuple[Draft, dict[str, Any]]:
    """Write the table to a finished draft of `path` and return it with its audit record.

    The record is `stamp`, the source file's name, the number of rows and, for streamers, the cadence
    and the first and last tick. `stack` removes the draft at its end unless it has been landed.

    Raises:
        BadTable: the file is not the table.
        NotLanded: the disk refused.
    """
    try:
        return _write(table, fast_batches, path, stamp, stack)
    except Unsure:
        return _write(table, careful_batches, path, stamp, stack)


def _write(
    table: Table, read: Reader, path: Path, stamp: dict[str, Any], stack: ExitStack
) -> tuple[Draft, dict[str, Any]]:
    rows, ticks = 0, []
    with ExitStack() as attempt:
        draft = attempt.enter_context(Draft(path, table.schema))
        for batch in read(table.source, table.columns):
            if table.cadence_seconds:
                batch = _with_ticks(batch, table.cadence_seconds)
                ticks += pc.min_max(batch.column("observed_at")).as_py().values()
            draft.write(batch)
            rows += batch.num_rows
        if not rows:
            raise Unsure
        record = {**stamp, "source_name": table.source.name, "rows": rows}
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
