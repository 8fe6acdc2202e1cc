"""Faults of the call itself: errors, delays, connections that break.

Breaking a connection needs the server's transport, which `simulator.server` puts into the scope.
"""

import asyncio
import math
from datetime import UTC

from simulator.app import TOO_MANY, helix_error
from simulator.faults.call import Call

DROP_BYTES, DROP_SECONDS = 8, 0.05


async def too_many_requests(call: Call) -> None:
    """Answer 429; the bucket is said to be full again in a second."""
    reset = math.ceil(call.at.replace(tzinfo=UTC).timestamp()) + 1
    headers = {"Ratelimit-Limit": "800", "Ratelimit-Remaining": "0", "Ratelimit-Reset": str(reset)}
    await _error(call, 429, TOO_MANY, headers)


async def internal_error(call: Call) -> None:
    """Answer 500, without a message as the real one."""
    await _error(call, 500, "")


async def unavailable(call: Call) -> None:
    """Answer 503."""
    await _error(call, 503, "")


async def unauthorised(call: Call) -> None:
    """Answer 401 to a token that is good."""
    await _error(call, 401, "Invalid OAuth token")


async def invalid_cursor(call: Call) -> None:
    """Answer 400 to a cursor that is good."""
    await _error(call, 400, "invalid cursor")


async def slow(call: Call) -> None:
    """Answer honestly, late."""
    await asyncio.sleep(call.slow_seconds)
    await call.app(call.scope, call.receive, call.send)


async def hanging(call: Call) -> None:
    """Never answer."""
    await call.until_disconnected()


async def dropped(call: Call) -> None:
    """Cut the connection before a byte of the answer."""
    call.scope["state"]["transport"].abort()
    await call.until_disconnected()


async def truncated(call: Call) -> None:
    """Send half of the body that the headers announce, then close the connection."""
    start, body = await call.answer()
    await call.send(start)
    await call.send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    call.scope["state"]["transport"].close()
    await call.until_disconnected()


async def trickling(call: Call) -> None:
    """Send the answer a few bytes at a time, so slowly that no single byte is late, but the whole is."""
    start, body = await call.answer()
    await call.send(start)
    for at in range(0, len(body), DROP_BYTES):
        await asyncio.sleep(DROP_SECONDS)
        await call.send({"type": "http.response.body", "body": body[at : at + DROP_BYTES], "more_body": True})
    await call.send({"type": "http.response.body", "body": b""})


async def _error(call: Call, status: int, message: str, headers: dict[str, str] | None = None) -> None:
    await helix_error(status, message, headers)(call.scope, call.receive, call.send)
