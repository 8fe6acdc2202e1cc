"""Gives the rows of a dump the fields and types that Get Streams has, whatever the format made of them."""

import ast
import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ingestion.imports.errors import BadTable
from ingestion.imports.header import said_missing
from ingestion.imports.zones import epoch_instant

NEEDED = ("id", "user_id", "viewer_count")
IDS = ("id", "user_id", "game_id")
WHOLE = re.compile(r"([+-]?[0-9]+)(\.0)?", re.ASCII)  # a table with a gap makes 7.0 of every 7
ROUNDED = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+", re.ASCII)
ZONE = re.compile(r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)$")
SHORT_OFFSET = re.compile(r"([+-][0-9]{2})([0-9]{2})?$")
MARKS = re.compile(r"[,;|]")

Row = dict[str, Any]


def with_own_names(row: Row, names: Mapping[str, str]) -> Row:
    """Return the row with the fields that are called otherwise in it: `names` gives its name for ours."""
    if not names:
        return row
    own = {name: value for name, value in row.items() if name not in names.values()}
    return own | {ours: row[theirs] for ours, theirs in names.items() if theirs in row}


def check_fields(rows: Sequence[Row], place: str, needed: Sequence[str] = NEEDED) -> None:
    """Refuse rows of which none has a field that is needed.

    Raises:
        BadTable: naming each such field, and the likely one in its place.
    """
    there = dict.fromkeys(name for row in rows for name in row)
    missing = [name for name in needed if name not in there]
    if missing:
        raise BadTable(f"{place}: {said_missing(missing, list(there), can_map=True)}")


def as_answered(row: Row, place: str) -> Row:
    """Return the row as Get Streams would have given it.

    Numbers and lists that a table wrote as text are read, ids are text, times are RFC 3339; what cannot
    be read so is left for the rules of live rows to judge.

    Raises:
        BadTable: an id was rounded by a spreadsheet, or tags are no list.
    """
    answered = dict(row)
    for name in IDS:
        if name in answered:
            answered[name] = _id(answered[name], name, place)
    if "viewer_count" in answered:
        answered["viewer_count"] = _whole(answered["viewer_count"])
    if "started_at" in answered:
        answered["started_at"] = _moment(answered["started_at"])
    if isinstance(answered.get("tags"), str):
        answered["tags"] = _tags(answered["tags"], place)
    return answered


def _id(value: Any, name: str, place: str) -> Any:
    if isinstance(value, str) and ROUNDED.fullmatch(value):
        raise BadTable(
            f"{place}: {name} {value!r} was rounded by a spreadsheet and is lost; export the dump again with "
            "ids as text"
        )
    whole = _whole(value)
    return str(whole) if isinstance(whole, int) and not isinstance(value, str | bool) else _plain(value)


def _plain(value: Any) -> Any:
    found = WHOLE.fullmatch(value) if isinstance(value, str) else None
    return found.group(1) if found and found.group(2) else value


def _whole(value: Any) -> Any:
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return int(value)
    found = WHOLE.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(found.group(1)) if found else value


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value
        return f"{moment.replace(tzinfo=None).isoformat()}Z"
    number = _whole(value)
    if isinstance(number, int) and not isinstance(number, bool):
        instant = epoch_instant(number)
        return f"{instant.isoformat()}Z" if instant else value
    if not isinstance(value, str) or not value.strip():
        return value
    text = value.strip().removesuffix(" UTC")
    found = ZONE.search(text)
    if not found or ":" not in text:
        return f"{text}Z"
    return SHORT_OFFSET.sub(lambda offset: f"{offset[1]}:{offset[2] or '00'}", text)


def _tags(text: str, place: str) -> list[Any] | None:
    if text[:1] != "[":
        return [tag for part in MARKS.split(text) if (tag := part.strip())] or None
    for read in (json.loads, ast.literal_eval):
        try:
            tags = read(text)
        except (ValueError, SyntaxError):
            continue
        if isinstance(tags, list):
            return tags
    raise BadTable(f"{place}: the tags {text[:40]!r} are no list; write them as JSON")
