"""Fetches the archives of ended streams from Helix: they tell a stream's true length afterwards."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import pyarrow as pa

from ingestion.arrow import arrow_schema
from ingestion.client.helix import Helix
from ingestion.client.http import ApiError
from ingestion.fields import Impossible, Row, key, moment, parse_duration, text
from ingestion.landing.rejects import Reject, sift

MOMENT = pa.timestamp("us")
NO_VIDEOS = (400, 404)
# A stream's archive is among the newest: no broadcast lasts longer than 48 hours, few restart hourly.
NEWEST = "100"
# No broadcast lasts longer than 48 hours; a few more for what is cut late.
MOST_SECONDS = 60 * 3600

VIDEOS_SCHEMA = arrow_schema(
    platform=pa.string(),
    id=pa.string(),
    stream_id=pa.string(),
    user_id=pa.string(),
    created_at=MOMENT,
    duration_seconds=pa.int64(),
    fetched_at=MOMENT,
)
LOOKS_SCHEMA = arrow_schema(platform=pa.string(), stream_id=pa.string(), looked_at=MOMENT)


class EndedStreams(NamedTuple):
    """The ended streams of one streamer whose archives have not been looked for."""

    user_id: str
    stream_ids: tuple[str, ...]


def fetch_archives(
    client: Helix, platform: str, streams: EndedStreams, fetched_at: datetime
) -> tuple[pa.Table, list[Reject]]:
    """Return rows of VIDEOS_SCHEMA, the archives of these streams, by one call, and those that cannot be.

    Many streams have none. Raises as `Helix.get` does.
    """
    asked = [("user_id", streams.user_id), ("type", "archive"), ("first", NEWEST)]
    try:
        rows = client.get("videos", asked)["data"]
    except ApiError as error:
        if error.status in NO_VIDEOS:
            return VIDEOS_SCHEMA.empty_table(), []
        raise
    wanted = [row for row in rows if not isinstance(row, dict) or row.get("stream_id") in streams.stream_ids]
    archives, rejects = sift(wanted, lambda row: _archive(platform, row, fetched_at))
    return pa.Table.from_pylist(archives, schema=VIDEOS_SCHEMA), rejects


def _archive(platform: str, row: Row, fetched_at: datetime) -> dict[str, Any]:
    return {
        "platform": platform,
        **{name: key(row, name) for name in ("id", "stream_id", "user_id")},
        "created_at": moment(row, "created_at"),
        "duration_seconds": _seconds(row),
        "fetched_at": fetched_at,
    }


def _seconds(row: Row) -> int | None:
    said = text(row, "duration")
    try:
        seconds = parse_duration(said)
    except ValueError:
        raise Impossible("duration is none such as 3h45m54s") from None
    if seconds is not None and seconds > MOST_SECONDS:
        raise Impossible("duration is longer than any broadcast")
    return seconds


def video_looks_table(platform: str, asked: Sequence[EndedStreams], looked_at: datetime) -> pa.Table:
    """Return one row of LOOKS_SCHEMA per stream asked for, so that none is asked for again."""
    rows = [
        {"platform": platform, "stream_id": stream_id, "looked_at": looked_at}
        for streams in asked
        for stream_id in streams.stream_ids
    ]
    return pa.Table.from_pylist(rows, schema=LOOKS_SCHEMA)
