"""Publicly known defects of the other platforms, as layers for `serve(..., layer=...)`."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zlib import crc32

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.platforms import soop
from simulator.truth.world import to_second

STUCK_SECONDS = 600
Clock = Callable[[], datetime]


def stuck_viewers(share: float, clock: Clock) -> Callable[[ASGIApp], ASGIApp]:
    """Return the layer in which this share of Kick's streams have one viewer, for ten minutes at a time."""

    def layer(app: ASGIApp) -> ASGIApp:
        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            if not scope["path"].endswith("/v2/livestreams"):
                await app(scope, receive, send)
                return
            start, body = await _answer(app, scope, receive)
            answer = json.loads(body)
            if start["status"] == 200:
                answer["data"] = [_stuck(row, share, clock()) for row in answer["data"]]
            await JSONResponse(answer, start["status"])(scope, receive, send)

        return call

    return layer


def failures_in_a_200(count: int) -> Callable[[ASGIApp], ASGIApp]:
    """Return the layer in which this many calls of SOOP fail at first, with status 200."""
    left = [count]

    def layer(app: ASGIApp) -> ASGIApp:
        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"].startswith("/soop/") and left[0]:
                left[0] -= 1
                await JSONResponse(soop.failure(-1, "temporary failure"))(scope, receive, send)
            else:
                await app(scope, receive, send)

        return call

    return layer


def is_stuck(stream_id: str, share: float, at: datetime) -> bool:
    """Return whether a stream of Kick is one that has one viewer at this naive UTC instant."""
    return crc32(f"{stream_id}:{to_second(at) // STUCK_SECONDS}".encode()) < share * 2**32


def _stuck(row: dict[str, Any], share: float, at: datetime) -> dict[str, Any]:
    return {**row, "viewer_count": 1} if is_stuck(row["id"], share, at) else row


async def _answer(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    return messages[0], b"".join(message.get("body", b"") for message in messages[1:])
