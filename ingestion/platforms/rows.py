"""Turns a page of records into rows of the landing zone, as a description says."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from ingestion.crawl.streams import FIRST_START, LATEST_START, MOST_VIEWERS, TOO_LATE
from ingestion.fields import Impossible, Row, clean, parse_moment
from ingestion.landing.files import STREAMS_SCHEMA
from ingestion.landing.rejects import Reject, sift
from ingestion.platforms.columns import PLACE, Column, Columns, TimeColumn
from ingestion.platforms.description import Answer

WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)
TRUTH = {"true": True, "1": True, "false": False, "0": False}


def look_up(value: Any, path: str) -> Any:
    """Return what is at a path of names and dots, None where there is nothing."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def wanted(records: Sequence[Any], answer: Answer) -> list[Any]:
    """Return the records that have each of the values of `only`."""
    return [
        record
        for record in records
        if all(look_up(record, path) == value for path, value in answer.only.items())
    ]


def to_rows(records: Sequence[Any], columns: Columns, observed_at: datetime) -> tuple[pa.Table, list[Reject]]:
    """Return the records as rows of STREAMS_SCHEMA, in their order, and those that cannot be right.

    The rules are those of `ingestion.crawl.streams.to_arrow`; a missing login is none, and so is an
    empty list of tags. `is_mature` is kept in `extra`.
    """
    latest = observed_at + LATEST_START
    streams, rejects = sift(records, lambda record: _row(record, columns, latest))
    values = zip(*streams, strict=True) if streams else [[]] * len(STREAMS_SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(values, STREAMS_SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=STREAMS_SCHEMA), rejects


def _row(record: Row, columns: Columns, latest: datetime) -> tuple[Any, ...]:
    """Return a record's values in the order of STREAMS_SCHEMA."""
    return (
        _needed(_text(record, columns.stream_id, "stream_id"), "stream_id"),
        _needed(_text(record, columns.streamer_id, "streamer_id"), "streamer_id"),
        _text(record, columns.streamer_login, "streamer_login"),
        _text(record, columns.streamer_name, "streamer_name"),
        _text(record, columns.category_id, "category_id") or "",
        _text(record, columns.category_name, "category_name"),
        _text(record, columns.title, "title"),
        _viewers(record, columns.viewer_count),
        _start(record, columns.started_at, latest),
        _text(record, columns.language, "language"),
        _texts(record, columns.tags),
        _extra(record, columns.is_mature),
    )


def _needed(value: str | None, name: str) -> str:
    if value is None:
        raise Impossible(f"{name} is missing")
    return value


def _find(record: Row, column: Column | None, name: str) -> Any:
    """Return the column's value as the record spells it, the default where it has none."""
    if column is None:
        return None
    found: Iterable[Any] = (look_up(record, path) for path in column.at)
    if column.template:
        found = [_filled(record, column.template)]
    none = {"", *map(str, column.none)}
    value = next((one for one in found if one is not None and not _means_none(one, none)), column.default)
    if value is None and column.required:
        raise Impossible(f"{name} is missing")
    return value


def _means_none(value: Any, none: set[str]) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and str(value) in none


def _filled(record: Row, template: str) -> str | None:
    values = {place: look_up(record, place) for place in PLACE.findall(template)}
    if any(value is None or value == "" or isinstance(value, dict | list) for value in values.values()):
        return None
    return PLACE.sub(lambda place: str(values[place[1]]), template)


def _text(record: Row, column: Column | None, name: str) -> str | None:
    value = _find(record, column, name)
    if value is None or column is None:
        return None
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise Impossible(f"{name} is no text")
    text = clean(str(value))
    text = column.map.get(text, text)
    return text.lower() if column.lower else text


def _texts(record: Row, column: Column | None) -> list[str] | None:
    values = _find(record, column, "tags")
    if values is None:
        return None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Impossible("tags is no list of texts")
    return [clean(value) for value in values] or None


def _whole(value: Any) -> int | None:
    if isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)
    return value if type(value) is int else None


def _viewers(record: Row, column: Column) -> int:
    viewers = _whole(_find(record, column, "viewer_count"))
    if viewers is None or not 0 <= viewers <= MOST_VIEWERS:
        raise Impossible(f"viewer_count is no whole number from 0 to {MOST_VIEWERS:,}")
    return viewers


def _start(record: Row, column: TimeColumn | None, latest: datetime) -> datetime | None:
    value = _find(record, column, "started_at")
    if value is None or column is None:
        return None
    try:
        started_at = _moment(value, column)
    except (ValueError, TypeError, OverflowError, OSError):
        raise Impossible(f"started_at is no time as {column.format} has it") from None
    if started_at < FIRST_START:
        raise Impossible(f"started_at is before {FIRST_START.year}")
    if started_at > latest:
        raise Impossible(TOO_LATE)
    return started_at


def _moment(value: Any, column: TimeColumn) -> datetime:
    """Return a time as naive UTC."""
    if column.format == "rfc3339":
        return parse_moment(value)
    if column.format in ("epoch", "epoch_ms"):
        number = _whole(value)
        if number is None:
            raise ValueError
        seconds = number / 1000 if column.format == "epoch_ms" else number
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    local = datetime.strptime(value, column.format)
    zoned = local if local.tzinfo else local.replace(tzinfo=ZoneInfo(column.zone))
    return zoned.astimezone(UTC).replace(tzinfo=None)


def _extra(record: Row, column: Column | None) -> str | None:
    value = _find(record, column, "is_mature")
    if value is None:
        return None
    truth = TRUTH.get(str(value).lower())
    if truth is None:
        raise Impossible("is_mature is neither true nor false")
    return json.dumps({"is_mature": truth})
