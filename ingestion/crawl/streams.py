"""Turns pages of Get Streams into rows of the landing zone, one per stream."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from ingestion.fields import Impossible, Row, key, moment, text, texts, whole
from ingestion.landing.files import STREAMS_SCHEMA
from ingestion.landing.rejects import Reject, sift

# Derivable (thumbnails) or dead (the two others); `type` is kept in `extra` unless it is "live".
DROPPED_FIELDS = frozenset({"thumbnail_url", "tag_ids", "is_mature", "type"})
KNOWN_FIELDS = DROPPED_FIELDS | set(STREAMS_SCHEMA.names)
MOST_VIEWERS = 100_000_000
# The platform began in this year; its clock and ours differ by minutes at the most.
FIRST_START, LATEST_START = datetime(2011, 1, 1), timedelta(minutes=10)
TOO_LATE = "started_at is more than 10 minutes after the crawl"


def to_arrow(rows: Sequence[Any], observed_at: datetime) -> tuple[pa.Table, list[Reject]]:
    """Return the live streams of one page as rows of STREAMS_SCHEMA, in the page's order, and the rejected.

    A row is rejected, alone, when it cannot be right: viewers that are no whole number from 0 to
    100,000,000; no id, user or login; an empty `type`, the platform's mark for an error; a start that
    cannot be read, or lies before 2011 or more than 10 minutes after `observed_at` (naive UTC, when the
    crawl began); a text or a tag that is no text. Empty texts become null, but for `game_id`, where null
    and "0" become empty: a stream without a category. Fields that are not known are kept as JSON in `extra`.
    """
    latest = observed_at + LATEST_START
    streams, rejects = sift(rows, lambda row: _stream(row, latest))
    columns = zip(*streams, strict=True) if streams else [[]] * len(STREAMS_SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, STREAMS_SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=STREAMS_SCHEMA), rejects


def one_row_per_stream(pages: Sequence[pa.Table]) -> tuple[pa.Table, int]:
    """Return one row per stream id, the row fetched last, and how many doubles that left out."""
    streams = pa.concat_tables([STREAMS_SCHEMA.empty_table(), *pages])
    fetched = streams.select(["id"]).append_column("position", pa.array(range(len(streams)), pa.int64()))
    newest = fetched.group_by("id").aggregate([("position", "max")])["position_max"].sort()
    return streams.take(newest), len(streams) - len(newest)


def _stream(row: Row, latest: datetime) -> tuple[Any, ...]:
    """Return a row's values in the order of STREAMS_SCHEMA."""
    if not row.get("type", "live"):
        raise Impossible("type is empty, the mark of an error")
    return (
        key(row, "id"),
        key(row, "user_id"),
        # the oldest answers have no such field
        key(row, "user_login") if "user_login" in row else None,
        text(row, "user_name"),
        _game_id(row),
        text(row, "game_name"),
        text(row, "title"),
        whole(row, "viewer_count", 0, MOST_VIEWERS),
        _start(row, latest),
        text(row, "language"),
        texts(row, "tags"),
        _unknown_fields(row),
    )


def _game_id(row: Row) -> str:
    game_id = text(row, "game_id") or ""
    return "" if game_id == "0" else game_id


def _start(row: Row, latest: datetime) -> datetime | None:
    started_at = moment(row, "started_at")
    if started_at and started_at < FIRST_START:
        raise Impossible(f"started_at is before {FIRST_START.year}")
    if started_at and started_at > latest:
        raise Impossible(TOO_LATE)
    return started_at


def _unknown_fields(row: Row) -> str | None:
    names = row.keys() - KNOWN_FIELDS
    if row.get("type", "live") != "live":
        names.add("type")
    return json.dumps({name: row[name] for name in names}, sort_keys=True) if names else None
