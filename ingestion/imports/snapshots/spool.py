"""Keeps the streams of many snapshots on the disk, in any order, and gives them back crawl by crawl."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.landing.files import STREAMS_SCHEMA, UTC_MICROSECONDS, NotLanded

MEMORY = "1GB"
SPOOLED = STREAMS_SCHEMA.append(pa.field("observed_at", UTC_MICROSECONDS)).append(
    pa.field("position", pa.int64())
)


class Spool:
    """Streams with the instant of their crawl, written first, then read; a context manager."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which exists, for the file and for what a sort spills."""
        self._folder, self._path, self._rows = folder, folder / ".streams.parquet", 0

    def __enter__(self) -> "Spool":
        self._writer = pq.ParquetWriter(self._path, SPOOLED, compression="zstd")
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def add(self, at: datetime, streams: pa.Table) -> None:
        """Add rows of STREAMS_SCHEMA of the crawl at this instant, after what it has."""
        rows = len(streams)
        positions = pa.array(range(self._rows, self._rows + rows), pa.int64())
        instants = pa.repeat(pa.scalar(at, UTC_MICROSECONDS), rows)
        columns: list[pa.Array[Any] | pa.ChunkedArray[Any]] = [
            *streams.cast(STREAMS_SCHEMA).columns,
            instants,
            positions,
        ]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=SPOOLED))
        self._rows += rows

    def crawls(self) -> Iterator[tuple[datetime, pa.Table]]:
        """Yield each crawl's instant and rows in the order they were added, the oldest crawl first.

        Raises:
            NotLanded: memory and disk are too small to sort the rows.
        """
        self._writer.close()
        try:
            for at, parts in groupby(self._runs(), itemgetter(0)):
                streams = pa.Table.from_batches([batch for _, batch in parts])
                yield at, streams.select(STREAMS_SCHEMA.names).cast(STREAMS_SCHEMA)
        except (duckdb.OperationalError, duckdb.IOException) as error:
            raise NotLanded(
                f"{self._folder} has no room to sort the streams; free some disk space"
            ) from error

    def _runs(self) -> Iterator[tuple[datetime, pa.RecordBatch]]:
        with (
            pq.ParquetFile(self._path) as file,
            duckdb.connect(
                config={"memory_limit": MEMORY, "temp_directory": str(self._folder / "sort")}
            ) as connection,
        ):
            connection.register("spooled", pa.RecordBatchReader.from_batches(SPOOLED, file.iter_batches()))
            rows = connection.execute("select * from spooled order by observed_at, position")
            yield from chain.from_iterable(map(_runs, rows.to_arrow_reader()))


def _runs(batch: pa.RecordBatch) -> Iterator[tuple[datetime, pa.RecordBatch]]:
    # by name, because pyarrow's stubs do not know pc.run_end_encode
    encoded, begin = pc.call_function("run_end_encode", [batch.column("observed_at")]), 0
    for end, at in zip(encoded.run_ends.to_pylist(), encoded.values.to_pylist(), strict=True):
        yield at, batch.slice(begin, end - begin)
        begin = end
