"""The landing zone: one immutable Parquet file per crawl, follower batch or imported table.

A file holds its rows and, in the Parquet key-value metadata under `airtime`, its audit record
as JSON, so that one atomic rename lands both or neither.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.arrow import arrow_schema
from ingestion.disk import fsync
from ingestion.exits import Stopped
from ingestion.landing.store import footer, has_landed, names_in, on_disk, put_up

RECORD_KEY = b"airtime"
FILE_STEM = "%Y-%m-%dT%H-%M-%SZ"
CRAWLS = "crawls"
WITHDRAWN = "withdrawn"  # the folder of what was taken back, which is no landed file any more
UTC_MICROSECONDS = pa.timestamp("us")

# Helix's own field names; fields that Helix adds later are kept as JSON text in `extra`.
STREAMS_SCHEMA = arrow_schema(
    id=pa.string(),
    user_id=pa.string(),
    user_login=pa.string(),
    user_name=pa.string(),
    game_id=pa.string(),
    game_name=pa.string(),
    title=pa.string(),
    viewer_count=pa.int64(),
    started_at=UTC_MICROSECONDS,
    language=pa.string(),
    tags=pa.list_(pa.string()),
    extra=pa.string(),
)

# What grows from row to row is written as differences, what repeats by number, and nothing is both.
# A crawl has its rows in order of their ids, which follow the time of their start: a third smaller.
STREAMS_LAYOUT = {
    "compression_level": 9,
    "use_dictionary": ["game_id", "game_name", "viewer_count", "language", "tags.list.element"],
    "column_encoding": {
        "id": "DELTA_BYTE_ARRAY",
        "user_id": "DELTA_BYTE_ARRAY",
        "user_login": "DELTA_LENGTH_BYTE_ARRAY",
        "user_name": "DELTA_LENGTH_BYTE_ARRAY",
        "title": "DELTA_LENGTH_BYTE_ARRAY",
        "started_at": "DELTA_BINARY_PACKED",
    },
}

FOLLOWERS_SCHEMA = arrow_schema(user_id=pa.string(), follower_count=pa.int64(), observed_at=UTC_MICROSECONDS)


class AlreadyLanded(Stopped):
    """A file of this name is there; landed files are never replaced."""


class NotLanded(OSError):
    """The disk refused a file (full, read-only, ..); nothing is left under its final name."""


@dataclass(frozen=True)
class CrawlRecord:
    """The audit record of one crawl; times are naive UTC, `observed_at` a whole second.

    `stop_reason` says why paging ended; `doubles` counts rows beyond one per stream id, `found_by_id`
    streams that no list had and that were found by asking for who was live before, `rejected` rows that
    could not be right and are kept beside it (see `ingestion.landing.rejects`). `chains` has for each chain:
    languages ([] for the first page of everything and for what was asked for by id), pages, streams,
    doubles, stop_reason, seconds, and the languages that the platform refused.
    """

    platform: str
    observed_at: datetime
    finished_at: datetime
    cadence_seconds: int
    is_complete: bool
    stop_reason: str
    pages: int
    streams: int
    doubles: int
    points_used: int
    found_by_id: int = 0
    rejected: int = 0
    chains: list[dict[str, Any]] = field(default_factory=list)


def crawl_path(platform: str, observed_at: datetime) -> Path:
    """Return a crawl's file name relative to the landing zone."""
    return batch_path(platform, CRAWLS, observed_at)


def batch_path(platform: str, kind: str, second: datetime) -> Path:
    """Return the name of a file that was begun in that second, relative to the landing zone."""
    return Path(platform) / kind / f"{second:%Y-%m-%d}" / f"{second:{FILE_STEM}}.parquet"


def free_second(landing: Path, platform: str, kind: str, begun_at: datetime) -> datetime:
    """Return the first whole second from `begun_at` on under which nothing of the kind has landed."""
    second = begun_at.replace(microsecond=0)
    while has_landed(landing / batch_path(platform, kind, second)):
        second += timedelta(seconds=1)
    return second


def land_crawl(landing: Path, crawl: CrawlRecord, streams: pa.Table) -> Path:
    """Land one crawl (rows of STREAMS_SCHEMA, one per stream id) with its audit record.

    Raises:
        AlreadyLanded: a crawl of this platform and second is there.
        NotLanded: the disk refused; nothing is left under the final name.
    """
    record = {"kind": "crawl", **asdict(crawl)}
    path = crawl_path(crawl.platform, crawl.observed_at)
    return land(landing, path, streams.cast(STREAMS_SCHEMA), record, STREAMS_LAYOUT)


def land(
    landing: Path,
    name: Path,
    table: pa.Table,
    record: dict[str, Any],
    layout: Mapping[str, Any] = MappingProxyType({}),
) -> Path:
    """Write `table` and its `record` to `landing / name`: temporary name, fsync, rename.

    In a store it is then put up, if that can be. Returns where it lies. `layout` is as ParquetWriter's.

    Raises:
        AlreadyLanded: a file of this name is there.
        NotLanded: the disk refused; nothing is left under the final name.
    """
    with Draft(landing / name, table.schema, layout) as draft:
        draft.write(table)
        draft.finish(record)
        return draft.land()


class Draft:
    """A file on its way into the landing zone, written under a temporary name and landed by one rename.

    Use as a context manager: what has not been landed at its end is removed. Order of calls:
    `write` any number of times, `finish`, `land`. Each raises NotLanded when the disk refuses.
    """

    def __init__(
        self, path: Path, schema: pa.Schema, layout: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        """Open a draft of `path` for tables or record batches of `schema`; `layout` as in `land`."""
        if has_landed(path):
            raise AlreadyLanded(f"{path} has been landed already; landed files are never replaced")
        self.path, self._whole = path, on_disk(path)
        self.temporary = self._whole.with_name(f".{path.name}.{os.getpid()}.tmp")
        self._schema, self._layout = schema.remove_metadata(), layout

    def __enter__(self) -> Self:
        with self._disk():
            self.temporary.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(
                self.temporary, self._schema, compression="zstd", write_page_checksum=True, **self._layout
            )
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # a writer stopped by a full disk cannot end its file
            self._writer.close()
        self.temporary.unlink(missing_ok=True)

    def write(self, rows: pa.Table | pa.RecordBatch) -> None:
        """Append rows; each call makes a row group."""
        with self._disk():
            self._writer.write(rows)

    def finish(self, record: dict[str, Any]) -> None:
        """Add the audit record; afterwards `temporary` is a whole file that can be read."""
        with self._disk():
            self._writer.add_key_value_metadata(
                {RECORD_KEY.decode(): json.dumps(record, default=datetime.isoformat)}
            )
            self._writer.close()
            fsync(self.temporary)

    def land(self) -> Path:
        """Give the finished draft its final name, put it up; return where it lies."""
        with self._disk():
            self.temporary.replace(self._whole)
            fsync(self._whole.parent)
        return put_up(self.path)

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            with suppress(OSError):
                self.temporary.unlink()
            why = os.strerror(error.errno) if error.errno else str(error)
            raise NotLanded(f"{self.path} could not be landed: {why}; nothing of it was kept") from error


def read_record(path: Path) -> dict[str, Any]:
    """Return the audit record of a landed file; its times are ISO text."""
    end = footer(path)
    metadata = pq.read_metadata(path if end is None else pa.BufferReader(end)).metadata or {}
    record: dict[str, Any] = json.loads(metadata[RECORD_KEY])
    return record


def landed_files(landing: Path) -> list[Path]:
    """Return every landed file, as names relative to the landing zone, in order of name.

    Raises:
        OSError, StoreFailed: the landing zone, or a folder in it, cannot be listed.
    """
    names = names_in(landing)
    if names is not None:
        found = (Path(name) for name in names if name.endswith(".parquet"))
        return sorted(name for name in found if name.parts[0] != WITHDRAWN)
    return sorted(path.relative_to(landing) for path in _files(landing, ".parquet") if path.name[0] != ".")


def remove_leftovers(landing: Path, before: float) -> None:
    """Remove what killed processes left under temporary names and last wrote `before` (epoch seconds)."""
    for path in _files(on_disk(landing), ".tmp"):
        if path.name[0] == "." and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def _files(landing: Path, suffix: str) -> Iterator[Path]:
    # rglob would pass over a folder that it may not read
    if landing.exists():
        for folder, folders, names in os.walk(landing, onerror=_raise):
            if Path(folder) == landing:
                folders[:] = [name for name in folders if name != WITHDRAWN]
            yield from (Path(folder, name) for name in names if name.endswith(suffix))


def _raise(error: OSError) -> None:
    raise error
