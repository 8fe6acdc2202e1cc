"""Checks that an imported file has its table's columns, once each, and in Parquet of fitting types."""

import difflib
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.history_cells import Column
from ingestion.history_errors import BadTable
from ingestion.history_source import Source


def csv_positions(source: Source, line: int, header: list[str], columns: Sequence[Column]) -> list[int]:
    """Return where in a CSV record each column stands.

    Raises:
        BadTable: a column is missing, misspelt or there twice.
    """
    separators = [mark for mark in ";\t|" if len(header) == 1 and mark in header[0]]
    if separators:
        raise BadTable(f"{source.name}, line {line}: {separators[0]!r} separates the columns; use commas")
    _check_names(f"{source.name}, line {line}", header, columns)
    return [header.index(column.name) for column in columns]


def check_parquet(source: Source, columns: Sequence[Column]) -> None:
    """Check the columns of a Parquet file.

    Raises:
        BadTable: the file is damaged, or a column is missing, misspelt, there twice or of another type.
    """
    try:
        schema = pq.read_schema(source.path)
    except (pa.ArrowException, OSError) as error:
        raise damaged_parquet(source) from error
    _check_names(source.name, schema.names, columns)
    for column in columns:
        type_ = schema.field(column.name).type
        if not column.accepts(type_):
            raise BadTable(
                f"{source.name}, column {column.name}: the values are of type {type_}; "
                f"write them as {column.wanted}"
            )


def damaged_parquet(source: Source) -> BadTable:
    """Return the refusal of a Parquet file that cannot be read."""
    return BadTable(f"{source.name}: the Parquet file is cut short or damaged; fetch or write it again")


def _check_names(place: str, header: Sequence[str], columns: Sequence[Column]) -> None:
    names = [column.name for column in columns]
    others = {name.strip().lower(): name for name in header if name not in names}
    for name in names:
        if header.count(name) > 1:
            raise BadTable(f"{place}, column {name}: it is there {header.count(name)} times; keep one")
        near = difflib.get_close_matches(name, others, 1)
        if name not in header and near:
            raise BadTable(f"{place}, column {name}: it is missing; rename {others[near[0]]!r} if that is it")
        if name not in header:
            found = ", ".join(header)[:200] or "none"
            raise BadTable(f"{place}, column {name}: it is missing; the columns found are {found}")
