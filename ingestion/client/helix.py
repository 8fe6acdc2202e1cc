"""Speaks Helix: one call, rows by id in hundreds, and lists page by page."""

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ingestion.client.http import ApiError
from ingestion.client.pacing import Pacer, Turns
from ingestion.client.paging import INVALID_CURSOR, PAGE_ROWS, EndDetector, Stop
from ingestion.client.token import SignedCalls, signed_calls
from ingestion.clock import Deadline, Now, Sleep
from ingestion.settings import Settings

IDS_A_CALL = 100

Parameters = Iterable[tuple[str, str]]
Rows = list[Any]


class Helix:
    """A client of one Helix server."""

    def __init__(self, url: str, calls: SignedCalls, pacer: Turns) -> None:
        """Take the server's URL (`https://api.twitch.tv/helix`), signed calls and their pacer."""
        self._url, self._calls, self._pacer = url.rstrip("/"), calls, pacer

    @property
    def points_used(self) -> int:
        """Points of the rate limit used by this client: one a call."""
        return self._pacer.points_used

    @property
    def points_left(self) -> int | None:
        """Points of the rate limit that are left for certain, None while nothing is known."""
        return self._pacer.points_left

    def get(self, path: str, params: Parameters = (), *, urgency: float = 0.0) -> dict[str, Any]:
        """Return one answer; its `data` is a list, of objects as a rule.

        Of the calls that wait for the rate limit the most urgent goes first.

        Raises:
            RefusedCredentials: Twitch refuses the application.
            ApiError: the call failed for good, or the answer has another shape.
            OutOfTime: the deadline has passed.
        """
        answer = self._calls.json("GET", f"{self._url}/{path}", params=list(params), urgency=urgency)
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
            raise ApiError(f"GET helix/{path}", "the answer holds no list of data")
        return answer

    def by_id(self, path: str, ids: Iterable[str]) -> Rows:
        """Return the rows of these ids, each asked for once, 100 a call; unknown ids have no row."""
        unique = list(dict.fromkeys(ids))
        rows: Rows = []
        for start in range(0, len(unique), IDS_A_CALL):
            rows += self.get(path, [("id", one) for one in unique[start : start + IDS_A_CALL]])["data"]
        return rows

    def pages(self, path: str, params: Parameters = (), *, urgency: float = 0.0) -> "Pages":
        """Return the pages of a list, fetched as they are iterated."""
        return Pages(self, path, params, urgency)


class Pages:
    """The pages of one list, to be iterated once; then `stop` says why it ended.

    Each page is a list of rows, possibly empty or short; a row may be anything. Of a page that turns out
    to be the first one again, only the rows that have not been there come. `stop` stays None while
    iterating, and when a call failed and raised.
    """

    def __init__(self, helix: Helix, path: str, params: Parameters, urgency: float) -> None:
        self._helix, self._path, self._urgency = helix, path, urgency
        self._params = [*params, ("first", str(PAGE_ROWS))]
        self.stop: Stop | None = None

    def __iter__(self) -> Iterator[Rows]:
        end, cursor = EndDetector(), ""
        while self.stop is None:
            # Helix calls good cursors invalid now and then: a second time it means it
            answer = self._fetch(cursor) or self._fetch(cursor)
            if answer is None:
                self.stop = INVALID_CURSOR
                return
            data, cursor = answer["data"], _cursor(answer)
            rows = [row for row in data if isinstance(row, dict)]
            if end.is_back_at_top(rows):
                self.stop = end.at_tail("loop")
                if unseen := end.unseen(rows):
                    yield unseen
                return
            stop = end.judge(rows, cursor)
            yield data
            self.stop = stop

    def _fetch(self, cursor: str) -> dict[str, Any] | None:
        """Return the answer behind a cursor, None where Helix calls the cursor invalid."""
        after = [("after", cursor)] if cursor else []
        try:
            return self._helix.get(self._path, self._params + after, urgency=self._urgency)
        except ApiError as error:
            if cursor and error.status == 400 and "cursor" in error.message.lower():
                return None
            raise


def connect(settings: Settings, *, now: Now, sleep: Sleep = time.sleep) -> Helix:
    """Return a client of the settings' Helix server.

    Raises:
        MissingSetting: the client id or secret is not set.
    """
    return connect_until(settings, Deadline(now, sleep))


def connect_until(settings: Settings, deadline: Deadline) -> Helix:
    """Return a client whose calls end by a deadline; raises as `connect` does."""
    pacer = Pacer(deadline.now, deadline.sleep)
    return Helix(settings.helix_url, signed_calls(settings, pacer, deadline), pacer)


def _cursor(answer: Mapping[str, Any]) -> str:
    pagination = answer.get("pagination")
    cursor = pagination.get("cursor") if isinstance(pagination, dict) else pagination
    return cursor if isinstance(cursor, str) else ""
