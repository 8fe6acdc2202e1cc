"""Writes rows as JSON, CSV or Arrow, and finds out which of them a caller wants."""

import csv
import gzip
import io
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import duckdb
import orjson
import pyarrow as pa

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "arrow": "application/vnd.apache.arrow.stream",
}
SHORT_TYPES = {name: media_type.partition(";")[0] for name, media_type in MEDIA_TYPES.items()}
GZIP_LEVEL = 4
LEAST_GZIPPED = 1000
JSON_OPTIONS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z


class Rows:
    """What a query answered: at most `limit` rows, and whether there are more."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, limit: int, format_: str) -> None:
        """Take the rows from a cursor whose query asked for one row more than `limit`."""
        self.format = format_
        if format_ == "arrow":
            table = cursor.to_arrow_table()
            self.has_more = len(table) > limit
            self.rows: Any = table.slice(0, limit)
        else:
            rows = cursor.fetchall()
            self.columns = [column[0] for column in cursor.description]
            self.has_more = len(rows) > limit
            self.rows = rows[:limit]

    def __len__(self) -> int:
        return len(self.rows)

    def written(self, meta: Mapping[str, Any]) -> bytes:
        """Return the rows in their representation; `meta` goes beside them where there is a place."""
        return WRITERS[self.format](self, meta)


def _json(rows: Rows, meta: Mapping[str, Any]) -> bytes:
    data = [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]
    return orjson.dumps({"data": data, "meta": meta}, option=JSON_OPTIONS)


def _csv(rows: Rows, _: Mapping[str, Any]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(rows.columns)
    writer.writerows([_cell(value) for value in row] for row in rows.rows)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    return value


def _arrow(rows: Rows, meta: Mapping[str, Any]) -> bytes:
    sink = io.BytesIO()
    table = rows.rows.replace_schema_metadata({"meta": orjson.dumps(meta, option=JSON_OPTIONS)})
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


WRITERS: dict[str, Callable[[Rows, Mapping[str, Any]], bytes]] = {"json": _json, "csv": _csv, "arrow": _arrow}


@lru_cache(maxsize=1000)
def best_format(accept: str) -> str | None:
    """Return the format that an `Accept` header likes best, json among equals; None: none of them."""
    ranges = [_range(part) for part in accept.lower().split(",") if part.strip()]
    if not ranges:
        return "json"
    liked = {name: _quality(short, ranges) for name, short in SHORT_TYPES.items()}
    best = max(liked, key=lambda name: liked[name])
    return best if liked[best] > 0 else None


@lru_cache(maxsize=1000)
def takes_gzip(accept_encoding: str) -> bool:
    """Return whether an `Accept-Encoding` header allows gzip."""
    codings = dict(_range(part) for part in accept_encoding.lower().split(",") if part.strip())
    return codings.get("gzip", codings.get("*", 0.0)) > 0


def gzipped(body: bytes) -> bytes:
    """Return the body compressed; the same body gives the same bytes."""
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
    try:
        quality = float(weight)
    except ValueError:
        quality = 0.0
    return name, quality if math.isfinite(quality) else 0.0


def _quality(media_type: str, ranges: Iterable[tuple[str, float]]) -> float:
    found = dict(ranges)
    patterns = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((found[pattern] for pattern in patterns if pattern in found), 0.0)
