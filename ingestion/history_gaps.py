"""Measures how far apart the rows of imported streamers are, to compare it with the cadence."""

import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.landing import NotLanded

MEMORY = "1GB"
TOLERANCE = 0.1

# Gaps are counted before the median is taken: few distinct values, whatever the number of rows.
MEDIAN = """
    with gaps as (
        select timestamp - lag(timestamp) over (partition by username order by timestamp) as gap
        from landed
    ),

    counted as (
        select gap, count(*) as rows_count
        from gaps
        where gap > 0
        group by gap
    ),

    running as (
        select
            gap,
            rows_count,
            sum(rows_count) over (order by gap) as rows_upto,
            sum(rows_count) over () as rows_total
        from counted
    )

    select avg(gap)
    from running
    where rows_upto * 2 >= rows_total and (rows_upto - rows_count) * 2 <= rows_total
"""


def median_gap_seconds(path: Path) -> float | None:
    """Return the median seconds between a streamer's consecutive distinct timestamps, over all streamers.

    Exact; with an even number of gaps the mean of the middle two. None when no streamer has two
    timestamps. `path` is a landed streamers file or its finished draft.

    Raises:
        NotLanded: memory and the disk beside `path` are too small to sort the rows.
    """
    try:
        with pq.ParquetFile(path) as file:
            return _median(file, path.parent)
    except (duckdb.OperationalError, OSError) as error:
        raise NotLanded(
            f"{path.parent} has no room to sort the streamers' rows; free some disk space"
        ) from error


def _median(file: pq.ParquetFile, folder: Path) -> float | None:
    schema = pa.schema([file.schema_arrow.field(name) for name in ("username", "timestamp")])
    rows = pa.RecordBatchReader.from_batches(schema, file.iter_batches(columns=schema.names))
    with tempfile.TemporaryDirectory(dir=folder, prefix=".gaps-") as scratch:
        config = {"memory_limit": MEMORY, "temp_directory": scratch, "preserve_insertion_order": False}
        with duckdb.connect(config=config) as connection:
            connection.register("landed", rows)
            return connection.execute(MEDIAN).fetchone()[0]


def cadence_warnings(gap_seconds: float | None, cadence_seconds: int) -> list[str]:
    """Return a warning if rows are more than a tenth nearer or farther apart than the cadence."""
    if gap_seconds is None or abs(gap_seconds - cadence_seconds) <= TOLERANCE * cadence_seconds:
        return []
    return [
        f"the streamers' rows are {gap_seconds:g} seconds apart (median), not {cadence_seconds} as the"
        f" cadence says; to count them at their own pace import with CADENCE_SECONDS={round(gap_seconds)} "
        "into another PLATFORM"
    ]
