"""Trovo's answers: the list by viewers, frozen by a token while its pages are read."""

import secrets
from datetime import datetime
from typing import Any

from simulator.tokens import Refused
from simulator.truth.world import Stream, World, to_second

MOST, USUAL = 100, 20


class Lists:
    """The lists that tokens have frozen."""

    def __init__(self) -> None:
        self._frozen: dict[str, list[Stream]] = {}

    def top_channels(self, world: World, body: dict[str, Any], at: datetime) -> dict[str, Any]:
        """Return the page that follows the cursor, the first of a new list without a token."""
        size, cursor, token = body.get("limit", USUAL), body.get("cursor", 0), body.get("token", "")
        if not (type(size) is int and 1 <= size <= MOST) or type(cursor) is not int or cursor < 0:
            raise Refused(400, "Invalid parameters.")
        if token not in self._frozen:
            token, cursor = secrets.token_hex(8), 0
            self._frozen[token] = world.live(at)
        rows = self._frozen[token]
        wanted = body.get("category_id")
        rows = [row for row in rows if row.game_id == wanted] if wanted else rows
        return {
            "top_channels_lists": [_channel(row) for row in rows[cursor * size : (cursor + 1) * size]],
            "total_page": -(-len(rows) // size),
            "token": token,
            "cursor": cursor + 1,
        }


def _channel(row: Stream) -> dict[str, Any]:
    return {
        "channel_id": row.streamer_id,
        "streamer_user_id": row.streamer_id,
        "username": row.login,
        "nick_name": row.display_name,
        "title": row.title,
        "is_live": True,
        "category_id": row.game_id,
        "category_name": row.game_name,
        "language_code": row.language.upper(),
        "audi_type": "CHANNEL_AUDIENCE_TYPE_TEEN",
        "current_viewers": row.viewers,
        "stream_started_at": str(to_second(row.started_at)),
        "num_followers": 5,
        "subscriber_num": 1,
    }
