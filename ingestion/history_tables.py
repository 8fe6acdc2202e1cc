"""Reads the rows of the two imported tables, fast or carefully.

Both readers yield record batches of the table's columns, in the order of the file. The fast one
gives up (Unsure) on whatever is not plain; the careful one goes cell by cell and is the authority:
it accepts, or raises BadTable with the place of the first fault.
"""

import zlib
from collections.abc import Iterator, Sequence
from itertools import islice

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from ingestion.history_cells import Column
from ingestion.history_errors import BadCell, BadTable, Unsure
from ingestion.history_header import check_parquet, csv_positions, damaged_parquet
from ingestion.history_source import CheckedText, Source, line_breaks, records

BLOCK_BYTES = 16 << 20
BATCH_ROWS = 1 << 17
UNREADABLE = (pa.ArrowException, OSError, EOFError, zlib.error, UnicodeError)


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
                arrays = [column.convert(block.column(column.name)) for column in columns]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema_of(columns))
    except UNREADABLE as error:
        raise Unsure from error


def careful_batches(source: Source, columns: Sequence[Column]) -> Iterator[pa.RecordBatch]:
    """Yield the source's rows, every cell parsed on its own.

    Raises:
        BadTable: the first fault of the file, with its place.
    """
    rows = (_parquet_rows if source.kind == "parquet" else _csv_rows)(source, columns)
    while chunk := list(islice(rows, BATCH_ROWS)):
        cells = zip(*chunk, strict=True)
        arrays = [pa.array(values, column.arrow_type) for column, values in zip(columns, cells, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema_of(columns))


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    """Return the Arrow schema of the batches."""
    return pa.schema([(column.name, column.arrow_type) for column in columns])


def _csv_blocks(source: Source, columns: Sequence[Column]) -> Iterator[pa.RecordBatch]:
    line, header = _header(records(source))
    csv_positions(source, line, header, columns)
    names = list(dict.fromkeys([column.name for column in columns] + header[-1:]))
    types = dict.fromkeys(names, pa.string())
    read = pa_csv.ReadOptions(block_size=BLOCK_BYTES)
    parse = pa_csv.ParseOptions(newlines_in_values=True)
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
        yield from file.iter_batches(BATCH_ROWS, columns=[column.name for column in columns])


def _header(rows: Iterator[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    return next(rows, (1, []))


def _csv_rows(source: Source, columns: Sequence[Column]) -> Iterator[list]:
    rows = records(source)
    header_line, header = _header(rows)
    positions = csv_positions(source, header_line, header, columns)
    parsers = [(position, column.parse) for position, column in zip(positions, columns, strict=True)]
    line = 0
    for line, record in rows:
        if len(record) != len(header):
            raise BadTable(
                f"{source.name}, line {line}: {len(record)} fields here, the header has {len(header)}; "
                "check the line's commas and quotation marks"
            )
        try:
            yield [parse(record[position]) for position, parse in parsers]
        except BadCell:
            raise _bad_csv_cell(source, line, record, header, columns) from None
    if not line:
        raise BadTable(f"{source.name}, line {header_line}: there is a header and not one row below it")


def _bad_csv_cell(
    source: Source, line: int, record: list[str], header: list[str], columns: Sequence[Column]
) -> BadTable:
    by_name = {column.name: column for column in columns}
    for name, cell in zip(header, record, strict=True):
        try:
            if name in by_name:
                by_name[name].parse(cell)
        except BadCell as why:
            return BadTable(f"{source.name}, line {line}, column {name}: {why}")
        line += line_breaks(cell)
    raise AssertionError("called for a record without a bad cell")


def _parquet_rows(source: Source, columns: Sequence[Column]) -> Iterator[list]:
    row = 0
    try:
        for block in _parquet_blocks(source, columns):
            values = [_values(block.column(column.name)) for column in columns]
            for cells in zip(*values, strict=True):
                row += 1
                yield [_parse(source, row, column, cell) for column, cell in zip(columns, cells, strict=True)]
    except (pa.ArrowException, OSError) as error:
        raise damaged_parquet(source) from error
    if not row:
        raise BadTable(f"{source.name}: the Parquet file has not one row; check how it was written")


def _values(cells: pa.Array) -> list:
    instants = pa.types.is_timestamp(cells.type)
    return (cells.cast(pa.date32(), safe=False) if instants else cells).to_pylist()


def _parse(source: Source, row: int, column: Column, cell: object) -> object:
    try:
        return column.parse(cell)
    except BadCell as why:
        raise BadTable(f"{source.name}, row {row}, column {column.name}: {why}") from None
