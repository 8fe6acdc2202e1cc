"""Kick's answers from a world at an instant: the list of what is live, oldest start first, and its count."""

import base64
import binascii
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from starlette.datastructures import QueryParams

from simulator.helix import iso
from simulator.paging import bounded
from simulator.tokens import Refused
from simulator.truth.world import Stream, World

MOST = 1000


def livestreams(world: World, query: QueryParams, at: datetime) -> dict[str, Any]:
    """Return one page of what is live, behind the cursor's place in the order of starts."""
    size = bounded(query.get("limit", "100"), MOST, "Invalid request")
    rows = sorted(world.live(at), key=_place)
    if query.get("category_id"):
        rows = [row for row in rows if row.game_id in query.getlist("category_id")]
    if query.get("language_code"):
        rows = [row for row in rows if row.language in query.getlist("language_code")]
    if cursor := query.get("cursor"):
        after = _decoded(cursor)
        rows = [row for row in rows if _place(row) > after]
    shown = rows[:size]
    more = _encoded(shown[-1]) if len(rows) > size else ""
    return {"data": [_stream(row) for row in shown], "pagination": {"next_cursor": more}, "message": "OK"}


def stats(world: World, query: QueryParams, at: datetime) -> dict[str, Any]:
    """Return how many streams are live."""
    return {"data": {"total_count": len(world.live(at))}, "message": "OK"}


def _place(row: Stream) -> tuple[str, str]:
    return iso(row.started_at), row.stream_id


def _encoded(row: Stream) -> str:
    return base64.urlsafe_b64encode(" ".join(_place(row)).encode()).decode()


def _decoded(cursor: str) -> tuple[str, str]:
    try:
        started_at, _, stream_id = base64.urlsafe_b64decode(cursor).decode().partition(" ")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Refused(400, "Invalid cursor") from error
    return started_at, stream_id


def _stream(row: Stream) -> dict[str, Any]:
    return {
        "id": str(uuid5(NAMESPACE_URL, f"kick:{row.stream_id}")),
        "title": row.title,
        "viewer_count": row.viewers,
        "thumbnail": f"https://images.kick.com/video_thumbnails/{row.login}/480.webp",
        "started_at": iso(row.started_at),
        "language_code": row.language,
        "tags": list(row.tags) or None,
        "has_mature_content": False,
        "broadcaster_user": {
            "id": int(row.streamer_id),
            "username": row.display_name,
            "profile_picture": f"https://files.kick.com/images/user/{row.streamer_id}/profile.webp",
        },
        "channel": {"slug": row.login},
        "category": {"id": int(row.game_id), "name": row.game_name, "thumbnail": ""} if row.game_id else None,
    }
