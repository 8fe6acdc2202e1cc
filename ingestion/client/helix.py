"""Speaks Helix: one call, and rows by id in hundreds."""

import time
from collections.abc import Iterable
from typing import Any

from ingestion.client.http import ApiError
from ingestion.client.pacing import Pacer, Turns
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

    def get(self, path: str, params: Parameters = ()) -> dict[str, Any]:
        """Return one answer; its `data` is a list, of objects as a rule.

        Raises:
            RefusedCredentials: Twitch refuses the application.
            ApiError: the call failed for good, or the answer has another shape.
            OutOfTime: the deadline has passed.
        """
        answer = self._calls.json("GET", f"{self._url}/{path}", params=list(params))
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
