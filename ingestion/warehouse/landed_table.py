"""What a table of `raw` from landed files is, and what its SQL sees of the files."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from ingestion.arrow import TEXT, WHOLE, arrow_schema

FILE_SCHEMA = arrow_schema(
    file_name=TEXT,
    path=TEXT,
    kind=TEXT,
    platform=TEXT,
    observed_at=TEXT,
    finished_at=TEXT,
    imported_at=TEXT,
    source_name=TEXT,
    cadence_seconds=WHOLE,
    is_complete=pa.bool_(),
    stop_reason=TEXT,
    pages=WHOLE,
    streams=WHOLE,
    doubles=WHOLE,
    points_used=WHOLE,
    found_by_id=WHOLE,
    rejected=WHOLE,
    rows=WHOLE,
)


@dataclass(frozen=True)
class LandedTable:
    """One raw table: its Arrow columns and, per kind of landed file, the SQL that makes its rows."""

    name: str
    columns: Mapping[str, pa.DataType]
    queries: Mapping[str, str]

    @property
    def schema(self) -> pa.Schema:
        """The table's Arrow schema."""
        return pa.schema(list(self.columns.items()))

    @property
    def times(self) -> list[str]:
        """Names of the timestamp columns."""
        return [name for name, kind in self.columns.items() if pa.types.is_timestamp(kind)]
