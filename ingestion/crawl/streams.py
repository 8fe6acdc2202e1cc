"""Merges pages of streams into rows of the landing zone, one per stream."""

from collections.abc import Sequence

import pyarrow as pa

from ingestion.landing.files import STREAMS_SCHEMA


def one_row_per_stream(pages: Sequence[pa.Table]) -> tuple[pa.Table, int]:
    """Return one row per stream id, the row fetched last, and how many doubles that left out."""
    streams = pa.concat_tables([STREAMS_SCHEMA.empty_table(), *pages])
    fetched = streams.select(["id"]).append_column("position", pa.array(range(len(streams)), pa.int64()))
    newest = fetched.group_by("id").aggregate([("position", "max")])["position_max"].sort()
    return streams.take(newest), len(streams) - len(newest)
