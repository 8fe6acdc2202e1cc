"""Chzzk's answers: the list by viewers, behind a position in an order that moves between two calls."""

from datetime import datetime, timedelta
from typing import Any

from starlette.datastructures import QueryParams

from simulator import paging
from simulator.truth.world import Stream, World

MOST = 20
KOREA = timedelta(hours=9)


def lives(world: World, query: QueryParams, at: datetime) -> dict[str, Any]:
    """Return the page behind the cursor."""
    size = paging.bounded(query.get("size", str(MOST)), MOST, "size must be from 1 to 20")
    rows = world.live(at)
    if cursor := query.get("next"):
        position = paging.decode(cursor)
        rows = [row for row in rows if row.position < position]
    shown = rows[:size]
    more = paging.encode(shown[0].position, shown[-1].position) if len(rows) > len(shown) else None
    content = {"data": [_live(row) for row in shown], "page": {"next": more}}
    return {"code": 200, "message": None, "content": content}


def korean(at: datetime) -> str:
    """Return a time as Korean interfaces write it: local, without a zone."""
    return f"{at + KOREA:%Y-%m-%d %H:%M:%S}"


def _live(row: Stream) -> dict[str, Any]:
    return {
        "liveId": int(row.stream_id),
        "liveTitle": row.title,
        "liveThumbnailImageUrl": f"https://livecloud-thumb.example/{row.stream_id}/image_{{type}}.jpg",
        "concurrentUserCount": row.viewers,
        "openDate": korean(row.started_at),
        "adult": False,
        "tags": list(row.tags),
        "categoryType": "GAME" if row.game_id else None,
        "liveCategory": row.game_id or None,
        "liveCategoryValue": row.game_name,
        "channelId": row.streamer_id,
        "channelName": row.display_name,
        "channelImageUrl": None,
    }
