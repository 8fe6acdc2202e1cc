"""Reads the fields of the platforms' rows; what cannot be right is Impossible, with a reason to group by."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Row = Mapping[str, Any]

# RFC 3339; more than six digits of a second are cut
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,6})?)\d*([Zz]|[+-]\d\d:\d\d)", re.ASCII)
DURATION = re.compile(r"(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)
MOST_EXACT = 2**53


class Impossible(ValueError):
    """A row that cannot be right; the message names the field and no value: reasons are counted."""


def key(row: Row, field: str) -> str:
    """Return a text that has to be there."""
    value = row.get(field)
    if isinstance(value, str) and value:
        return clean(value)
    raise Impossible(f"{field} is no text" if value else f"{field} is missing")


def text(row: Row, field: str) -> str | None:
    """Return a text; empty and null both mean none."""
    value = row.get(field)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Impossible(f"{field} is no text")
    return clean(value)


def whole(row: Row, field: str, least: int, most: int) -> int:
    """Return a whole number from `least` to `most` that has to be there."""
    value = row.get(field)
    # True is an int as well
    if type(value) is int and least <= value <= most:
        return value
    raise Impossible(f"{field} is no whole number from {least:,} to {most:,}")


def moment(row: Row, field: str) -> datetime | None:
    """Return a time as naive UTC, cut to microseconds; "" and null are None."""
    value = row.get(field)
    if value is None or value == "":
        return None
    try:
        return parse_moment(value)
    except (ValueError, TypeError, OverflowError):
        raise Impossible(f"{field} is no time such as 2026-01-17T12:00:00Z") from None


def parse_moment(value: str) -> datetime:
    """Return an RFC 3339 time as naive UTC, cut to microseconds.

    Raises:
        ValueError, TypeError, OverflowError: it is none.
    """
    parts = MOMENT.fullmatch(value)
    if parts is None:
        raise ValueError(f"{value!r} is no time such as 2026-01-17T12:00:00Z")
    said, zone = parts.groups()
    if zone in "Zz":
        return datetime.fromisoformat(said)
    return datetime.fromisoformat(said + zone).astimezone(UTC).replace(tzinfo=None)


def epoch(row: Row, field: str) -> datetime | None:
    """Return whole seconds since 1970, or before it, as naive UTC; null is None."""
    if row.get(field) is None:
        return None
    try:
        seconds = whole(row, field, -MOST_EXACT, MOST_EXACT)
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        raise Impossible(f"{field} is no number of seconds since 1970") from None


def objects(row: Row, field: str) -> list[Row]:
    """Return a list of objects, [] where there is none."""
    values = row.get(field)
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise Impossible(f"{field} is no list of objects")
    return values


def an_object(row: Row, field: str) -> Row:
    """Return an object, an empty one where there is none."""
    value = row.get(field)
    if value is not None and not isinstance(value, dict):
        raise Impossible(f"{field} is no object")
    return value or {}


def clean(value: str) -> str:
    """Return a text without halves of surrogate pairs, which JSON can spell and no UTF-8 file can hold."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def parse_duration(text: str | None) -> int | None:
    """Return the seconds of a duration such as "3h45m54s"; "" and null are null.

    Raises:
        ValueError: the text is no such duration.
    """
    if not text:
        return None
    parts = DURATION.fullmatch(text)
    if parts is None:
        raise ValueError(f"{text!r} is no duration such as 3h45m54s")
    hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    return hours * 3600 + minutes * 60 + seconds
