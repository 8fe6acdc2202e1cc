"""Writes a mart as files: one per format, and one per format and period where the mart has periods.

Every file is written by one thread, so that its bytes depend on its rows alone; several files are written
at the same time.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingestion.disk import fsync
from serving.errors import CannotServe
from serving.literals import quoted
from serving.schema import schemas_of

# what takes longest first, so that the last files to be written are small
FORMATS = {
    "ndjson": "format json",
    "csv": "format csv, header",
    "parquet": "format parquet, compression zstd",
}
PERIOD = "period"


@dataclass(frozen=True)
class Slice:
    """The rows of one file: of a whole mart (`period` is None), or of one of its periods."""

    mart: str
    period: str | None

    @property
    def stem(self) -> str:
        """The file's name without its suffix."""
        return self.mart if self.period is None else f"{self.mart}_{self.period}"

    @property
    def select(self) -> str:
        """The rows, in the order in which they are published."""
        every = f'select * from airtime.marts."{self.mart}"'
        return every if self.period is None else f"{every} where {PERIOD} = '{self.period}'"


class Files:
    """Writes files on as many cores as there are; each `Future` is a file's rows, bytes and SHA-256."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, pool: ThreadPoolExecutor) -> None:
        self._connection, self._pool = connection, pool

    def write(self, folder: Path, slices: list[Slice]) -> dict[str, "Future[dict[str, Any]]"]:
        """Begin to write each slice in each format; return what will be known of each file, by name."""
        return {
            f"{slice_.stem}.{suffix}": self._pool.submit(
                _copy, self._connection, slice_, folder / f"{slice_.stem}.{suffix}", options
            )
            for suffix, options in FORMATS.items()
            for slice_ in slices
        }


@contextmanager
def writing(connection: duckdb.DuckDBPyConnection) -> Iterator[Files]:
    """Give the writer of files; when the block fails, what has not begun is called off."""
    pool = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="export")
    try:
        yield Files(connection, pool)
    finally:
        pool.shutdown(cancel_futures=True)


def slices_of(connection: duckdb.DuckDBPyConnection, mart: str) -> list[Slice]:
    """Return the slices that a mart is written in: one per period, or one whole where there are none.

    Raises:
        CannotServe: a period cannot be a file's name.
    """
    columns = [name for name, *_ in connection.execute(f'describe airtime.marts."{mart}"').fetchall()]
    if PERIOD not in columns:
        return [Slice(mart, None)]
    found = connection.execute(
        f'select {PERIOD} from airtime.marts."{mart}" group by {PERIOD} order by count(*) desc, {PERIOD}'
    ).fetchall()
    strange = [period for (period,) in found if not re.fullmatch(r"\w+", str(period)) or period is None]
    if strange:
        raise CannotServe(f"mart {mart} has the period {strange[0]!r}, which cannot be part of a file's name")
    return [Slice(mart, period) for (period,) in found] or [Slice(mart, None)]


def describe(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, str]:
    """Write `schema.json` of the mart that the folder is named after; return its columns' types."""
    schema = schemas_of(connection)[folder.name]
    write_json(folder / "schema.json", schema)
    return {column["name"]: column["type"] for column in schema["columns"]}


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write a JSON document to be read by people too."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    fsync(path)


def facts(path: Path) -> dict[str, Any]:
    """Return the bytes and the SHA-256 of a file, once the disk has it."""
    fsync(path)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": sha256}


def _copy(connection: duckdb.DuckDBPyConnection, slice_: Slice, path: Path, options: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        [(rows,)] = cursor.execute(f"copy ({slice_.select}) to {quoted(path)} ({options})").fetchall()
    return {"rows": rows, **facts(path)}
