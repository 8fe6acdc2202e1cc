"""Fetches the archives of ended streams from Helix: they tell a stream's true length afterwards."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import pyarrow as pa

from ingestion.helix import Helix
from ingestion.http import ApiError, expecting
from ingestion.moments import parse_moments

MOMENT = pa.timestamp("us")
NO_VIDEOS = (400, 404)
DURATION = re.compile(r"(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)
# A stream's archive is among the newest: no broadcast lasts longer than 48 hours, few restart hourly.
NEWEST = "100"
TEXTS = ("id", "stream_id", "user_id")

VIDEOS_SCHEMA = pa.schema(
    [
        ("platform", pa.string()),
        ("id", pa.string()),
        ("stream_id", pa.string()),
        ("user_id", pa.string()),
        ("created_at", MOMENT),
        ("duration_seconds", pa.int64()),
        ("fetched_at", MOMENT),
    ]
)
LOOKS_SCHEMA = pa.schema([("platform", pa.string()), ("stream_id", pa.string()), ("looked_at", MOMENT)])


class EndedStreams(NamedTuple):
    """The ended streams of one streamer whose archives have not been looked for."""

    user_id: str
    stream_ids: tuple[str, ...]


def fetch_archives(client: Helix, platform: str, streams: EndedStreams, fetched_at: datetime) -> pa.Table:
    """Return rows of VIDEOS_SCHEMA, the archives of these streams, by one call; many streams have none.

    Raises as `Helix.get` does.
    """
    asked = [("user_id", streams.user_id), ("type", "archive"), ("first", NEWEST)]
    try:
        rows = client.get("videos", asked)["data"]
    except ApiError as error:
        if error.status in NO_VIDEOS:
            return VIDEOS_SCHEMA.empty_table()
        raise
    with expecting("GET helix/videos"):
        archives = [row for row in rows if row.get("stream_id") in streams.stream_ids]
        return _table(platform, archives, fetched_at)


def _table(platform: str, archives: Sequence[dict[str, Any]], fetched_at: datetime) -> pa.Table:
    texts = [pa.array([row.get(name) for row in archives], pa.string()) for name in TEXTS]
    durations = [parse_duration(row.get("duration")) for row in archives]
    return pa.Table.from_arrays(
        [
            pa.array([platform] * len(archives), pa.string()),
            *texts,
            parse_moments([row.get("created_at") for row in archives]),
            pa.array(durations, pa.int64()),
            pa.array([fetched_at] * len(archives), MOMENT),
        ],
        schema=VIDEOS_SCHEMA,
    )


def look_table(platform: str, asked: Sequence[EndedStreams], looked_at: datetime) -> pa.Table:
    """Return one row of LOOKS_SCHEMA per stream asked for, so that none is asked for again."""
    rows = [
        {"platform": platform, "stream_id": stream_id, "looked_at": looked_at}
        for streams in asked
        for stream_id in streams.stream_ids
    ]
    return pa.Table.from_pylist(rows, schema=LOOKS_SCHEMA)


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
