"""Stands before the app: the key, the version that an answer is made from, what is unchanged."""

import hmac
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from serving.api.problems import SENTENCES, not_published, problem
from serving.api.representations import best_format, takes_gzip
from serving.api.versions import NotPublished, Versions

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOG = logging.getLogger(__name__)
MOST_URL_BYTES = 8192
DATA = "/v1/"
HEALTH = "/health"
NOT_IN_304 = {b"content-length", b"content-type", b"content-encoding", b"content-disposition"}


@dataclass(frozen=True)
class Answer:
    """A whole answer as it goes over the wire."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: bytes) -> bytes:
        """Return the first header of that lower-case name, or nothing."""
        return next((value for key, value in self.headers if key == name), b"")


class Gateway:
    """An ASGI app that asks another one, and answers itself what is refused or unchanged.

    The version is lent for as long as the app works on one answer, which so comes from one version.
    """

    def __init__(self, app: App, versions: Versions, key: str) -> None:
        """Put it before an app; with a key, only callers who send it get data."""
        self._app = app
        self._versions = versions
        self._key = key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"
        headers = _headers(scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            answer = Answer(refusal.status_code, refusal.raw_headers, bytes(refusal.body))
        elif scope["path"].startswith(DATA) or scope["path"] == HEALTH:
            answer = await self._answer({**scope, "method": "GET"} if is_head else scope, receive, headers)
        else:
            answer = await self._asked({**scope, "method": "GET"} if is_head else scope, receive)
        await _send(_not_modified(answer, headers), send, is_head)

    def _refusal(self, scope: Scope, headers: dict[bytes, bytes]) -> Response | None:
        if len(scope["raw_path"]) + len(scope["query_string"]) > MOST_URL_BYTES:
            return problem(414, f"the address is longer than {MOST_URL_BYTES} bytes")
        if self._key and scope["path"].startswith(DATA):
            scheme, _, key = headers.get(b"authorization", b"").partition(b" ")
            is_right = hmac.compare_digest(key.strip(), self._key)
            if scheme.lower() != b"bearer" or not is_right:
                sentence = "the key is missing or wrong; send it as `Authorization: Bearer <AIRTIME_API_KEY>`"
                return problem(401, sentence, {"WWW-Authenticate": "Bearer"})
        return None

    async def _answer(self, scope: Scope, receive: Receive, headers: dict[bytes, bytes]) -> Answer:
        accept = headers.get(b"accept", b"").decode("latin-1")
        coding = headers.get(b"accept-encoding", b"").decode("latin-1")
        state = scope["state"] = {**scope.get("state", {})}
        state["format"], state["gzip"] = best_format(accept), takes_gzip(coding)
        with ExitStack() as lent:
            try:
                state["version"] = lent.enter_context(self._versions.newest())
            except NotPublished as error:
                state["version"] = not_published(str(error))
            return await self._asked(scope, receive)

    async def _asked(self, scope: Scope, receive: Receive) -> Answer:
        status, headers, parts = 500, [], []

        async def keep(message: MutableMapping[str, Any]) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message["headers"])
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        try:
            await self._app(scope, receive, keep)
        except Exception:
            LOG.exception("%s failed", scope["path"])
            failure = problem(500, SENTENCES[500])
            return Answer(500, failure.raw_headers, bytes(failure.body))
        return Answer(status, headers, b"".join(parts))


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """Return the request's headers; of those sent repeatedly, all values as one list."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        found[name] = (
            f"{found[name].decode('latin-1')}, ".encode("latin-1") + value if name in found else value
        )
    return found


def _not_modified(answer: Answer, headers: dict[bytes, bytes]) -> Answer:
    etag, known = answer.header(b"etag"), headers.get(b"if-none-match")
    if answer.status != 200 or not etag or known is None:
        return answer
    tags = {tag.strip().removeprefix(b"W/") for tag in known.split(b",")}
    if not tags & {etag, b"*"}:
        return answer
    return Answer(304, [header for header in answer.headers if header[0] not in NOT_IN_304], b"")


async def _send(answer: Answer, send: Send, is_head: bool) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": b"" if is_head else answer.body})
