"""Measures how far apart the ticks of imported streamers are, to compare it with the cadence."""

from itertools import pairwise
from pathlib import Path
from statistics import median

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.landing.files import NotLanded

MEMORY = "1GB"
LONGEST_CADENCE = 86_400
TICKS = "select epoch(observed_at)::bigint, min(timestamp) from landed group by all order by all"


def tick_gaps(path: Path) -> tuple[float, float] | None:
    """Return the median seconds between the ticks that occur, and between their first timestamps.

    Exact; with an even number of gaps the mean of the middle two. None with a single tick. `path` is a
    landed streamers file or its finished draft.

    Raises:
        NotLanded: memory is too small to hold the ticks.
    """
    try:
        with pq.ParquetFile(path) as file, duckdb.connect(config={"memory_limit": MEMORY}) as connection:
            names = ["timestamp", "observed_at"]
            schema = pa.schema([file.schema_arrow.field(name) for name in names])
            batches = file.iter_batches(columns=names)
            connection.register("landed", pa.RecordBatchReader.from_batches(schema, batches))
            ticks = connection.execute(TICKS).fetchall()
    except (duckdb.OperationalError, OSError) as error:
        raise NotLanded(f"{path.parent}: there is no room to count the streamers' ticks") from error
    if len(ticks) < 2:
        return None
    of_ticks, of_rows = zip(*ticks, strict=True)
    return _median_gap(of_ticks), _median_gap(of_rows)


def _median_gap(instants: tuple[int, ...]) -> float:
    return float(median(later - earlier for earlier, later in pairwise(instants)))


def cadence_warnings(gaps: tuple[float, float] | None, cadence_seconds: int) -> list[str]:
    """Return a warning if more than half of the ticks are farther apart than the cadence.

    The cadence that it advises gives each of these ticks one of its own; rows that are finer than the
    cadence are no fault.
    """
    if gaps is None or gaps[0] <= cadence_seconds:
        return []
    far = f"the ticks are {gaps[1]:g} seconds apart (median), and the cadence says {cadence_seconds}"
    if gaps[1] > LONGEST_CADENCE:
        return [f"{far}: after a gap each row counts for one cadence, {LONGEST_CADENCE:,} seconds at most"]
    return [
        f"{far}: to count them at their own pace import with CADENCE_SECONDS={int(gaps[1])}"
        " into another PLATFORM"
    ]
