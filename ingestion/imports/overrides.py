"""Reads `overrides.csv`: the user's own publishers and genres of games, which win over IGDB's.

The file is the whole truth: raw holds its rows and no others. A file that has vanished changes nothing,
for it may be a disk that is not mounted; a file with a header alone takes all overrides back.
"""

from itertools import islice
from pathlib import Path

import pyarrow as pa

from ingestion.imports.cells import Text
from ingestion.imports.errors import BadTable
from ingestion.imports.header import csv_positions
from ingestion.imports.source import open_source, records
from ingestion.imports.tables.rows import careful_batches, schema_of
from ingestion.warehouse.reference_tables import OVERRIDES_SCHEMA

BLANK = {"": None}
COLUMNS = (Text("game_id"), Text("publisher", means=BLANK), Text("genre", means=BLANK))
COLUMN_NAMES = [column.name for column in COLUMNS]


def read_overrides(path: Path, platform: str) -> pa.Table | None:
    """Return the file's distinct rows as OVERRIDES_SCHEMA, in order; None when there is no file.

    A game may have several rows; a blank publisher or genre leaves that to IGDB.

    Raises:
        BadTable: the file is not such a table; the message says where and what to do.
    """
    if not path.exists():
        return None
    source = open_source(path)
    head = list(islice(records(source), 2)) if source.kind != "parquet" else []
    if len(head) == 1:
        csv_positions(source, *head[0], COLUMNS, can_map=False)
        return OVERRIDES_SCHEMA.empty_table()
    rows = pa.Table.from_batches(careful_batches(source, COLUMNS), schema=schema_of(COLUMNS))
    rows = rows.group_by(COLUMN_NAMES).aggregate([]).sort_by([(name, "ascending") for name in COLUMN_NAMES])
    for row in rows.to_pylist():
        if row["publisher"] is None and row["genre"] is None:
            raise BadTable(
                f"{source.name}: game {row['game_id']} has a row with neither publisher nor genre; "
                "fill one of them in or remove the row"
            )
    return rows.add_column(0, "platform", pa.array([platform] * len(rows), pa.string())).cast(
        OVERRIDES_SCHEMA
    )
