"""Lands the segments that are no longer written: one Parquet file each, of every record as it came."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path

import pyarrow as pa

from ingestion.arrow import arrow_schema
from ingestion.landing.files import AlreadyLanded, Draft, batch_path
from ingestion.landing.store import has_landed
from ingestion.listen.spool import LINE, Record, begun_at, read_segment, segments

CHAT = "chat"
RECORDS_SCHEMA = arrow_schema(
    received_at=pa.timestamp("us"), connection=pa.string(), kind=pa.string(), payload=pa.binary()
)
LAYOUT = {
    "compression_level": 3,
    "use_dictionary": ["connection", "kind"],
    "column_encoding": {"received_at": "DELTA_BINARY_PACKED"},
}
ROWS_AT_ONCE = 10_000


def landed_name(platform: str, second: datetime) -> Path:
    """Return the name under which a segment lands that was begun in a second."""
    return batch_path(CHAT, platform, second)


def seal(segment: Path, landing: Path, platform: str) -> int:
    """Land a segment and remove it; return its records. One that had landed before a kill is only removed.

    Raises:
        NotLanded: the disk refused; the segment stays.
    """
    name = landed_name(platform, begun_at(segment))
    rows = 0
    if not has_landed(landing / name):
        with suppress(AlreadyLanded):
            rows = _land(segment, landing / name, platform)
    segment.unlink()
    return rows


def seal_all(folder: Path, landing: Path, platform: str, but: Path | None = None) -> int:
    """Land every segment of a folder, but the one that is being written; return how many records."""
    return sum(seal(one, landing, platform) for one in segments(folder) if one != but)


def _land(segment: Path, path: Path, platform: str) -> int:
    records, rows, lines = read_segment(segment), 0, 0
    first: datetime | None = None
    last: datetime | None = None
    with Draft(path, RECORDS_SCHEMA, LAYOUT) as draft:
        while batch := list(islice(records, ROWS_AT_ONCE)):
            draft.write(_table(batch))
            rows, lines = rows + len(batch), lines + sum(record.kind == LINE for record in batch)
            first, last = first or batch[0].received_at, batch[-1].received_at
        if rows == 0:
            return 0
        draft.finish(
            {
                "kind": CHAT,
                "platform": platform,
                "observed_at": first,
                "finished_at": last,
                "rows": rows,
                "lines": lines,
            }
        )
        draft.land()
    return rows


def _table(records: Iterable[Record]) -> pa.Table:
    columns = zip(*records, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, RECORDS_SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=RECORDS_SCHEMA)
