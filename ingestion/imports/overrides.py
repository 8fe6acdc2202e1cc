"""Reads `overrides.csv`: the user's own publishers and genres of games, which win over IGDB's.

The file is the whole truth: raw holds its rows and no others. A file that has vanished changes nothing,
for it may be a disk that is not mounted; a file with a header alone takes all overrides back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa

from ingestion.exits import which_instead
from ingestion.imports.cells import Text, show
from ingestion.imports.errors import BadCell, BadTable
from ingestion.imports.header import csv_positions
from ingestion.imports.source import open_source, records
from ingestion.imports.tables.rows import careful_batches, schema_of
from ingestion.warehouse.reference_tables import OVERRIDES_SCHEMA

BLANK = {"": None}
NAMES = OVERRIDES_SCHEMA.names


@dataclass
class PlatformName(Text):
    """A column of names of `known` platforms, in any case; a blank one is null."""

    known: Collection[str] = ()

    def parse(self, cell: object) -> str | None:
        """Return the platform's name, None for a blank cell.

        Raises:
            BadCell: there is no such platform.
        """
        text = super().parse(cell)
        name = text and text.lower()
        if name and name not in self.known:
            raise BadCell(f"there is no platform {show(text)}; {which_instead(name, sorted(self.known))}")
        return name


def read_overrides(path: Path, platform: str, others: Collection[str] = ()) -> pa.Table | None:
    """Return the file's distinct rows as OVERRIDES_SCHEMA, in order; None when there is no file.

    A game may have several rows; a blank publisher or genre leaves that to IGDB. A row without a platform
    is of `platform`; the `others` may be named as well.

    Raises:
        BadTable: the file is not such a table; the message says where and what to do.
    """
    if not path.exists():
        return None
    source = open_source(path)
    columns = (
        PlatformName("platform", means=BLANK, absent=True, known={platform, *others}),
        Text("game_id"),
        Text("publisher", means=BLANK),
        Text("genre", means=BLANK),
    )
    head = list(islice(records(source), 2)) if source.kind != "parquet" else []
    if len(head) == 1:
        csv_positions(source, *head[0], columns, can_map=False)
        return OVERRIDES_SCHEMA.empty_table()
    rows = pa.Table.from_batches(careful_batches(source, columns), schema=schema_of(columns))
    platforms = [name or platform for name in rows["platform"].to_pylist()]
    rows = rows.set_column(0, "platform", pa.array(platforms, pa.string()))
    rows = rows.group_by(NAMES).aggregate([]).sort_by([(name, "ascending") for name in NAMES])
    for row in rows.to_pylist():
        if row["publisher"] is None and row["genre"] is None:
            raise BadTable(
                f"{source.name}: game {row['game_id']} has a row with neither publisher nor genre; "
                "fill one of them in or remove the row"
            )
    return rows.cast(OVERRIDES_SCHEMA)
