"""Turns pages of Get Streams into rows of the landing zone, one per stream."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.landing import STREAMS_SCHEMA
from ingestion.moments import parse_moments

# Derivable (thumbnails) or dead (the two others); `type` is kept in `extra` unless it is "live".
DROPPED_FIELDS = frozenset({"thumbnail_url", "tag_ids", "is_mature", "type"})
KNOWN_FIELDS = DROPPED_FIELDS | set(STREAMS_SCHEMA.names)

Row = Mapping[str, Any]


class UnexpectedRows(Exception):
    """Rows whose fields do not have the types that they are known to have."""


def to_arrow(rows: Sequence[Row]) -> pa.Table:
    """Return the live streams of one page as rows of STREAMS_SCHEMA, in the page's order.

    A row without an id or a user, or with an empty `type` (the platform's mark for an error), is no
    live stream and is left out. Empty texts become null, but for `game_id`, where null and
    "0" become empty: a stream without a category. Fields that are not known are kept as JSON in `extra`.

    Raises:
        UnexpectedRows: a field's type has changed.
    """
    live = [row for row in rows if row.get("id") and row.get("user_id") and row.get("type", "live")]
    try:
        columns = [_column(live, field) for field in STREAMS_SCHEMA]
    except (ValueError, TypeError) as error:
        raise UnexpectedRows(f"streams of an unexpected shape: {error}") from error
    return pa.Table.from_arrays(columns, schema=STREAMS_SCHEMA)


def merge(pages: Sequence[pa.Table]) -> tuple[pa.Table, int]:
    """Return one row per stream id, the row fetched last, and how many doubles that left out."""
    streams = pa.concat_tables([STREAMS_SCHEMA.empty_table(), *pages])
    fetched = streams.select(["id"]).append_column("position", pa.array(range(len(streams)), pa.int64()))
    newest = fetched.group_by("id").aggregate([("position", "max")])["position_max"].sort()
    return streams.take(newest), len(streams) - len(newest)


def _column(rows: Sequence[Row], field: pa.Field) -> pa.Array:
    special = _SPECIAL.get(field.name)
    if special:
        return special(rows)
    values = [row.get(field.name) for row in rows]
    if field.name in _KINDS:
        return _strict(values, field.type, _KINDS[field.name])
    texts = _texts(values)
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _strict(values: Sequence[Any], type_: pa.DataType, kind: type) -> pa.Array:
    # pyarrow cuts 1.5 to 1 and takes a text for a list of its letters
    odd = [value for value in values if value is not None and not isinstance(value, kind)]
    if odd:
        raise TypeError(f"{odd[0]!r} is no {kind.__name__}")
    return pa.array(values, type_)


def _game_ids(rows: Sequence[Row]) -> pa.Array:
    texts = pc.fill_null(_texts([row.get("game_id") for row in rows]), "")
    return pc.if_else(pc.equal(texts, "0"), "", texts)


def _started_at(rows: Sequence[Row]) -> pa.Array:
    return parse_moments([row.get("started_at") for row in rows])


def _extra(rows: Sequence[Row]) -> pa.Array:
    return pa.array([_unknown_fields(row) for row in rows], pa.string())


def _unknown_fields(row: Row) -> str | None:
    names = row.keys() - KNOWN_FIELDS
    if row.get("type", "live") != "live":
        names.add("type")
    return json.dumps({name: row[name] for name in names}, sort_keys=True) if names else None


def _texts(values: Sequence[str | None]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        # JSON can spell half of a surrogate pair, which no UTF-8 file can hold
        return pa.array(
            [value and value.encode("utf-8", "replace").decode() for value in values], pa.string()
        )


_KINDS = {"viewer_count": int, "tags": list}
_SPECIAL: dict[str, Callable[[Sequence[Row]], pa.Array]] = {
    "game_id": _game_ids,
    "started_at": _started_at,
    "extra": _extra,
}
