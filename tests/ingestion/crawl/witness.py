"""Watches a simulated Helix from outside and inside its faults, and says what a crawl could have known."""

import json
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingestion.crawl.running import CrawlOutcome
from simulator.faults.injected import Faults
from tests.ingestion.crawl.simulated_crawls import landed_viewers

PAGE, LAST, BAD = "page", "last page", "no page"
Chain = frozenset[str]


class Witness:
    """A layer around `faults`: `returned` are the stream ids that reached the client in whole answers.

    `course` has for each chain (its languages) what came, in order; `refusals` counts 429s that the
    simulator's bucket gave, injected ones not.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self.refusals = 0
        self.forget()

    def forget(self) -> None:
        self.returned: set[str] = set()
        self.course: dict[Chain, list[str]] = defaultdict(list)

    def __call__(self, app: ASGIApp) -> ASGIApp:
        return self._outside(self._faults(self._inside(app)))

    def check(self, crawled: CrawlOutcome) -> None:
        """Hold the landed crawl against what was seen of it."""
        landed = landed_viewers(crawled)
        assert self.returned <= landed.keys(), "streams were lost"
        assert landed.keys() <= self.returned, "streams were made up"
        record = crawled.record
        chains = {frozenset(chain["languages"]): chain for chain in record.chains if chain["languages"]}
        missed = {chain for chain in chains if LAST not in self.course[chain]}
        disturbed = {chain for chain in chains if BAD in self._after_last(chain)}
        if record.is_complete:
            assert (missed, record.stop_reason) == (set(), "end")
        else:
            assert missed | disturbed, f"nothing was missed: {record.stop_reason}"
        assert record.points_used >= record.pages
        assert record.streams == len(landed)
        assert self.refusals == 0, "a call was refused for its pace"

    def _after_last(self, chain: Chain) -> list[str]:
        course = self.course[chain]
        return course[course.index(LAST) + 1 :] if LAST in course else []

    def _inside(self, app: ASGIApp) -> ASGIApp:
        async def honest(scope: Scope, receive: Receive, send: Send) -> None:
            start, body = await _answer(app, scope, receive, send)
            if start["status"] == 429:
                self.refusals += 1
            if start["status"] == 200 and scope["path"].endswith("/streams"):
                scope["state"]["is_last"] = not json.loads(body)["pagination"]

        return honest

    def _outside(self, app: ASGIApp) -> ASGIApp:
        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            if not scope.get("path", "").endswith("/streams"):
                await app(scope, receive, send)
                return
            start, body = await _answer(app, scope, receive, send)
            query = parse_qsl(scope["query_string"].decode())
            chain = frozenset(value for name, value in query if name == "language")
            rows = _rows(start, body)
            self.returned |= {row["id"] for row in rows}
            is_last = rows is not _NONE and scope["state"].get("is_last")
            self.course[chain].append(LAST if is_last else PAGE if rows else BAD)

        return watched


_NONE: list[dict[str, Any]] = []


def _rows(start: Message, body: bytes) -> list[dict[str, Any]]:
    """Return the rows of a whole answer, and `_NONE` for any other."""
    if not start or start["status"] != 200:
        return _NONE
    try:
        return json.loads(body)["data"]
    except ValueError:
        return _NONE


async def _answer(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> tuple[Message, bytes]:
    """Let `app` answer, pass it on, and return its start ({} without one) and body."""
    start: Message = {}
    body = bytearray()

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        body.extend(message.get("body", b""))
        await send(message)

    await app(scope, receive, keep)
    return start, bytes(body)
