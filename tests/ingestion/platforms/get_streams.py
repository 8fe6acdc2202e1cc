"""The rules of Get Streams told a second time: what a row becomes, or why it cannot be right."""

import json
from datetime import datetime, timedelta
from typing import Any

from ingestion.fields import clean, parse_moment

DROPPED = {"thumbnail_url", "tag_ids", "is_mature", "extra"}
TEXTS = ("id", "user_id", "user_login", "user_name", "game_id", "game_name", "title", "language")
USED = {*TEXTS, "type", "viewer_count", "started_at", "tags"}


class Wrong(Exception):
    """Why a row cannot be right."""


def landed(row: Any, observed_at: datetime) -> dict[str, Any]:
    """Return the row as it lands; the reason is that of the first fault in the order of the columns."""
    if not isinstance(row, dict):
        raise Wrong("the row is no object")
    if "type" in row and not row["type"]:
        raise Wrong("type is empty, the mark of an error")
    first = {name: _text(row, name) for name in TEXTS[:4]}
    game_id = _text(row, "game_id") or ""
    category = {"game_id": "" if game_id == "0" else game_id, "game_name": _text(row, "game_name")}
    return {
        **first,
        **category,
        "title": _text(row, "title"),
        "viewer_count": _viewers(row.get("viewer_count")),
        "started_at": _start(row.get("started_at"), observed_at),
        "language": _text(row, "language"),
        "tags": _tags(row.get("tags")),
        "extra": _extra(row),
    }


def _text(row: dict[str, Any], name: str) -> str | None:
    value = row.get(name)
    if name in ("id", "user_id") or (name == "user_login" and name in row):
        if not value:
            raise Wrong(f"{name} is missing")
    elif value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Wrong(f"{name} is no text")
    return clean(value)


def _viewers(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 100_000_000:
        raise Wrong("viewer_count is no whole number from 0 to 100,000,000")
    return value


def _start(value: Any, observed_at: datetime) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        started_at = parse_moment(value)
    except (ValueError, TypeError, OverflowError):
        raise Wrong("started_at is no time such as 2026-01-17T12:00:00Z") from None
    if started_at < datetime(2011, 1, 1):
        raise Wrong("started_at is before 2011")
    if started_at > observed_at + timedelta(minutes=10):
        raise Wrong("started_at is more than 10 minutes after the crawl")
    return started_at


def _tags(values: Any) -> list[str] | None:
    if values is None:
        return None
    if not isinstance(values, list):
        raise Wrong("tags is no list")
    if not all(isinstance(value, str) for value in values):
        raise Wrong("tags holds what is no text")
    return [clean(value) for value in values]


def _extra(row: dict[str, Any]) -> str | None:
    unknown = {name: value for name, value in row.items() if name not in USED | DROPPED}
    if row.get("type", "live") != "live":
        unknown["type"] = row["type"]
    return json.dumps(unknown, sort_keys=True) if unknown else None
