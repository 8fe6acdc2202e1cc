"""Reads dumps of the platform's answers, in JSON, CSV or Parquet, as rows with the platform's own fields.

JSON may be pages (`{"data": [..]}`), lists of pages, bare lists of rows, one of these or a row a line
(NDJSON), several documents one after the other, or a recorded response with the page as its `body`.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.imports.errors import BadTable
from ingestion.imports.header import damaged_parquet
from ingestion.imports.source import DAMAGED_GZIP, Source, damaged_gzip, not_utf8, opened_text, records

ROWS_AT_ONCE = 50_000
NOT_BLANK = re.compile(r"\S")

Row = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """Rows that follow one another in a dump; `place` says where the first stands."""

    place: str
    rows: list[Row]


def read_dump(source: Source) -> Iterator[Part]:
    """Yield a dump's rows in their order, some at a time; values are as the format gives them.

    Cells that CSV leaves blank and Parquet null are absent from their rows, but for a blank `type`.

    Raises:
        BadTable: the file is damaged, or no such dump; the message says where.
    """
    if source.kind == "parquet":
        return _parquet_parts(source)
    return _json_parts(source) if is_json(source) else _csv_parts(source)


def is_json(source: Source) -> bool:
    """Say whether a text begins like JSON."""
    try:
        with opened_text(source) as text:
            first = next((found for line in text if (found := NOT_BLANK.search(line))), None)
    except UnicodeDecodeError as error:
        raise not_utf8(source) from error
    except DAMAGED_GZIP as error:
        raise damaged_gzip(source) from error
    return first is not None and first.group() in "{["


def _csv_parts(source: Source) -> Iterator[Part]:
    rows = records(source)
    line, header = next(rows, (1, []))
    doubled = [name for name in header if header.count(name) > 1]
    if doubled:
        raise BadTable(f"{source.name}, line {line}: column {doubled[0]!r} is there twice; keep one")
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        for line, record in chunk:
            if len(record) != len(header):
                raise BadTable(
                    f"{source.name}, line {line}: {len(record)} fields here, the header has {len(header)}; "
                    "check the line's separators and quotation marks"
                )
        yield Part(
            f"{source.name}, line {chunk[0][0]}",
            [
                {name: cell for name, cell in zip(header, record, strict=True) if cell or name == "type"}
                for _, record in chunk
            ],
        )


def _parquet_parts(source: Source) -> Iterator[Part]:
    row = 1
    try:
        with pq.ParquetFile(source.path) as file:
            for batch in file.iter_batches(ROWS_AT_ONCE):
                rows = [
                    {name: value for name, value in one.items() if value is not None and value == value}
                    for one in batch.to_pylist()
                ]
                yield Part(f"{source.name}, row {row}", rows)
                row += len(rows)
    except (pa.ArrowException, OSError) as error:
        raise damaged_parquet(source) from error


def _json_parts(source: Source) -> Iterator[Part]:
    waiting: list[Row] = []
    place = ""
    for line, document in _documents(source):
        for rows in _rows_of(document, f"{source.name}, line {line}"):
            place = place if waiting else f"{source.name}, line {line}"
            waiting += rows
            if len(waiting) >= ROWS_AT_ONCE:
                yield Part(place, waiting)
                waiting = []
    if waiting:
        yield Part(place, waiting)


def _documents(source: Source) -> Iterator[tuple[int, Any]]:
    """Yield each JSON document with its line: one a line if the first line is one, else as they come."""
    try:
        with opened_text(source) as text:
            lines = ((line, content) for line, content in enumerate(text, 1) if NOT_BLANK.search(content))
            line, first = next(lines)
            try:
                document = json.loads(first)
            except json.JSONDecodeError:
                yield from _documents_over_lines(source, line, first + text.read())
                return
            yield line, document
            for line, content in lines:
                yield line, _parsed(source, line, content)
    except UnicodeDecodeError as error:
        raise not_utf8(source) from error
    except DAMAGED_GZIP as error:
        raise damaged_gzip(source) from error


def _parsed(source: Source, line: int, content: str) -> Any:
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise _broken(source, line, error) from error


def _documents_over_lines(source: Source, line: int, text: str) -> Iterator[tuple[int, Any]]:
    decoder, position = json.JSONDecoder(), 0
    while begin := NOT_BLANK.search(text, position):
        at = line + text.count("\n", 0, begin.start())
        try:
            document, position = decoder.raw_decode(text, begin.start())
        except json.JSONDecodeError as error:
            raise _broken(source, line + error.lineno - 1, error) from error
        yield at, document


def _broken(source: Source, line: int, error: json.JSONDecodeError) -> BadTable:
    return BadTable(f"{source.name}, line {line}: the JSON breaks off ({error.msg}); fetch the file again")


def _rows_of(document: Any, place: str) -> Iterable[list[Row]]:
    if isinstance(document, list):
        return (rows for one in document for rows in _rows_of(one, place))
    if not isinstance(document, dict):
        raise BadTable(f"{place}: {str(document)[:40]!r} is neither a page nor a row of one")
    if isinstance(document.get("data"), list):
        if odd := next((one for one in document["data"] if not isinstance(one, dict)), None):
            raise BadTable(f"{place}: {str(odd)[:40]!r} is no row of a page")
        return [document["data"]]
    if isinstance(document.get("body"), dict):
        return _rows_of(document["body"], place)
    if isinstance(document.get("status"), int) and document.keys() & {"error", "message"}:
        raise BadTable(
            f"{place}: this is the answer to a call that failed ({document['status']}, "
            f"{document.get('message') or document['error']}); leave it out"
        )
    return [[document]]
