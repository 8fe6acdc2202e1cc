"""Tables that the SQL of landed tables sees beside the files: what raw has already, what answers say."""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from ingestion.arrow import arrow_schema
from ingestion.landing.files import UTC_MICROSECONDS
from ingestion.landing.store import in_turn
from ingestion.settings import Settings
from ingestion.sources.answers import TRACKED, Rows, read_answers
from ingestion.sources.reading import read_catalogue
from ingestion.warehouse.file import FINISHED, read_raw
from ingestion.warehouse.new_files import LandedFile

KNOWN_DETAILS = f"""
    select platform, id, details_id, min(observed_at) as observed_at from raw.stream_details
    where {FINISHED}
        and observed_at >= date_trunc('day', timestamp '{{since}}')
    group by platform, id, details_id, date_trunc('day', observed_at)
"""
KNOWN_DETAILS_SCHEMA = arrow_schema(
    platform=pa.string(),
    id=pa.string(),
    details_id=pa.int64(),
    observed_at=UTC_MICROSECONDS,
)


class Beside:
    """Makes those tables for one load after the other; `faults` are sentences about tracked answers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.faults: dict[tuple[str, ...], str] = {}

    def tables(
        self, warehouse: duckdb.DuckDBPyConnection, files: Sequence[LandedFile]
    ) -> dict[str, pa.Table]:
        """Return the tables by name: `known_details`, and `parsed_..` of what answers say."""
        return {"known_details": _known_details(warehouse, files), **self._tracked(files)}

    def _tracked(self, files: Sequence[LandedFile]) -> dict[str, pa.Table]:
        answers = {file.path: file for file in files if file.record["kind"] == TRACKED}
        if not answers:
            return {}
        rows = Rows(read_catalogue(self._settings))
        for path, copy in in_turn(list(answers)):
            file = answers[path]
            for number, answer in enumerate(read_answers(copy)):
                rows.add(file.record["service"], f"{file.name}#{number}", answer)
        self.faults |= rows.sentences
        return {f"parsed_{name}": table for name, table in rows.arrow().items()}


def _known_details(warehouse: duckdb.DuckDBPyConnection, files: Sequence[LandedFile]) -> pa.Table:
    crawls = [file.record["observed_at"] for file in files if file.record["kind"] == "crawl"]
    if not crawls:
        return KNOWN_DETAILS_SCHEMA.empty_table()
    query = KNOWN_DETAILS.format(since=min(crawls))
    return read_raw(warehouse, {"stream_details", "_dlt_loads"}, query, KNOWN_DETAILS_SCHEMA)
