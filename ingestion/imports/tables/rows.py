"""Reads the rows of the two imported tables, fast or carefully.

Both readers yield record batches of the table's columns, in the order of the file. The fast one
gives up (Unsure) on whatever is not plain; the careful one goes cell by cell and is the authority:
it accepts, or raises BadTable with the place of the first fault, or leaves bad rows out. It reads the
file twice: how some cells are to be read follows from their whole column.

DuckDB's own reader, with `store_rejects`, would do neither: it takes 1.5 for 2 and 1_000 for 1000,
counts lines wrong after a quoted line break, and reads a gzip that is cut short as if it were whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from ingestion.imports.cells import Column
from ingestion.imports.errors import BadCell, BadTable, Unsure
from ingestion.imports.header import check_parquet, csv_positions, damaged_parquet
from ingestion.imports.skipped import Skipped
from ingestion.imports.source import CheckedText, Source, line_breaks, records

BLOCK_BYTES = 16 << 20
BATCH_ROWS = 1 << 17
UNREADABLE = (pa.ArrowException, OSError, EOFError, zlib.error, UnicodeError)

Cells = Sequence[object]
OnFault = Callable[[BadTable, Sequence[object]], None]


class Row(NamedTuple):
    """One row: its line, or number in Parquet, the columns' cells, and all of it as the file has it."""

    number: int
    cells: Cells
    record: Cells
    header: list[str]


def fast_batches(source: Source, columns: Sequence[Column]) -> Iterator[pa.RecordBatch]:
    """Yield the source's rows a block at a time, every column converted at once.

    Raises:
        BadTable: the header is not the table's.
        Unsure: something in the file is unusual or wrong; ask `careful_batches`.
    """
    blocks = _parquet_blocks if source.kind == "parquet" else _csv_blocks
    try:
        for block in blocks(source, columns):
            if block.num_rows:
                arrays = [_converted(column, block) for column in columns]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema_of(columns))
    except UNREADABLE as error:
        raise Unsure from error


def careful_batches(
    source: Source, columns: Sequence[Column], skipped: Skipped | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield the source's rows, every cell parsed on its own; bad rows go to `skipped`, if there is one.

    Raises:
        BadTable: the first fault of the file, with its place, unless that is a row to be skipped.
    """
    skipped = skipped or Skipped()
    rows_of = _parquet_rows if source.kind == "parquet" else _csv_rows
    for column in columns:
        column.restart()
    for chunk in _chunks(row.cells for row in rows_of(source, columns, _passed_over)):
        for column, cells in zip(columns, zip(*chunk, strict=True), strict=True):
            column.survey(cells)
    skipped.restart()
    for chunk in _chunks(_good_rows(source, rows_of(source, columns, skipped.take), columns, skipped)):
        values = zip(*chunk, strict=True)
        arrays = [pa.array(cells, column.arrow_type) for column, cells in zip(columns, values, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema_of(columns))


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    """Return the Arrow schema of the batches."""
    return pa.schema([(column.name, column.arrow_type) for column in columns])


def _chunks(rows: Iterable[Cells]) -> Iterator[list[Cells]]:
    rows = iter(rows)
    while chunk := list(islice(rows, BATCH_ROWS)):
        yield chunk


def _passed_over(fault: BadTable, row: Sequence[object]) -> None:
    """Leave the fault to the second reading."""


def _converted(column: Column, block: pa.RecordBatch) -> pa.Array[Any]:
    if column.label not in block.schema.names:
        return pa.nulls(block.num_rows).cast(column.arrow_type)
    return column.convert(block.column(column.label))


def _csv_blocks(source: Source, columns: Sequence[Column]) -> Iterator[pa.RecordBatch]:
    line, header = _header(records(source))
    positions = csv_positions(source, line, header, columns)
    there = [header[position] for position in positions if position is not None]
    names = list(dict.fromkeys(there + header[-1:]))
    types = dict.fromkeys(names, pa.string())
    read = pa_csv.ReadOptions(block_size=BLOCK_BYTES)
    parse = pa_csv.ParseOptions(delimiter=source.separator, newlines_in_values=True)
    convert = pa_csv.ConvertOptions(include_columns=names, column_types=types, strings_can_be_null=False)
    last = ""
    with CheckedText(source) as text:
        for block in pa_csv.open_csv(text, read, parse, convert):
            last = block.column(header[-1])[-1].as_py() if block.num_rows else last
            yield block
    if last.endswith("\n"):
        raise Unsure


def _parquet_blocks(source: Source, columns: Sequence[Column]) -> Iterator[pa.RecordBatch]:
    check_parquet(source, columns)
    with pq.ParquetFile(source.path) as file:
        names = [column.label for column in columns if column.label in file.schema_arrow.names]
        yield from file.iter_batches(BATCH_ROWS, columns=names)


def _header(rows: Iterator[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    return next(rows, (1, []))


def _csv_rows(source: Source, columns: Sequence[Column], on_fault: OnFault) -> Iterator[Row]:
    rows = records(source)
    header_line, header = _header(rows)
    positions = csv_positions(source, header_line, header, columns)
    line = 0
    for line, record in rows:
        if len(record) != len(header):
            fault = BadTable(
                f"{source.name}, line {line}: {len(record)} fields here, the header has {len(header)}; "
                "check the line's separators and quotation marks"
            )
            on_fault(fault, record)
            continue
        cells = [None if position is None else record[position] for position in positions]
        yield Row(line, cells, record, header)
    if not line:
        raise BadTable(f"{source.name}, line {header_line}: there is a header and not one row below it")


def _parquet_rows(source: Source, columns: Sequence[Column], on_fault: OnFault) -> Iterator[Row]:
    number = 0
    try:
        for block in _parquet_blocks(source, columns):
            values = [_values(column, block) for column in columns]
            for cells in zip(*values, strict=True):
                number += 1
                yield Row(number, list(cells), list(cells), [])
    except (pa.ArrowException, OSError) as error:
        raise damaged_parquet(source) from error
    if not number:
        raise BadTable(f"{source.name}: the Parquet file has not one row; check how it was written")


def _good_rows(
    source: Source, rows: Iterable[Row], columns: Sequence[Column], skipped: Skipped
) -> Iterator[Cells]:
    good = 0
    for row in rows:
        try:
            cells = [column.parse(cell) for column, cell in zip(columns, row.cells, strict=True)]
        except BadCell:
            skipped.take(_fault(source, row, columns), row.record)
            continue
        good += 1
        yield cells
    if not good:
        raise BadTable(f"{source.name}: not one row is good; the first fault: {skipped.first}")


def _fault(source: Source, row: Row, columns: Sequence[Column]) -> BadTable:
    """Return the refusal of a row with a bad cell, by the first such cell in the file's order."""
    line, unit = row.number, "line" if row.header else "row"
    by_label = {column.label: column for column in columns}
    for label, cell in zip(row.header or list(by_label), row.record, strict=True):
        try:
            if label in by_label:
                by_label[label].parse(cell)
        except BadCell as why:
            return BadTable(f"{source.name}, {unit} {line}, column {label}: {why}")
        line += line_breaks(str(cell)) if row.header else 0
    raise AssertionError("called for a row without a bad cell")


def _values(column: Column, block: pa.RecordBatch) -> list[Any]:
    if column.label not in block.schema.names:
        return [None] * block.num_rows
    cells = block.column(column.label)
    if pa.types.is_timestamp(cells.type):  # nanoseconds have no Python type of their own
        cells = cells.cast(pa.timestamp("us", cells.type.tz), safe=False)
    return cells.to_pylist()
