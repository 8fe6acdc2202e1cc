"""Asks a service for some ids of one kind: whatever comes of it becomes answers to be landed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ingestion.client.application import RefusedCredentials
from ingestion.client.http import ApiError
from ingestion.clock import Now
from ingestion.sources.answers import READ
from ingestion.sources.client import Bounds
from ingestion.sources.kind import Endpoint
from ingestion.sources.reading import Described
from ingestion.sources.tracked import Item
from ingestion.track.service import ServiceCalls

# of a refusal that may be of one id alone
OF_IDS = range(400, 500)
OF_ALL = (401, 403, 407, 408, 429)


def quota_date(bounds: Bounds, at: datetime) -> date:
    """Return the day of the quota that a moment (naive UTC) belongs to."""
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(bounds.resets)).date()


class Asker:
    """Asks one service, from any number of threads."""

    def __init__(self, calls: ServiceCalls, now: Now) -> None:
        """Take the client and the clock."""
        self._calls, self._now = calls, now

    def ask(
        self,
        described: Described,
        items: Sequence[Item],
        purpose: str = READ,
        endpoint: Endpoint | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Yield rows of ANSWERS_SCHEMA for the items of one kind, which are asked for in one call.

        Where the service refuses that for the sake of one of several ids, halves are asked for. Raises
        after its answer has been yielded: RefusedCredentials and ApiError where it is of all ids.
        """
        asked = endpoint or described.kind.endpoint
        ids = [item.item_id for item in items]
        row = self._row(described, items, purpose)
        before = self._calls.pacer.sent
        error: ApiError | RefusedCredentials | None = None
        try:
            answer = self._calls.ask(described.kind, asked, ids)
            row |= {"status": 200, "body": answer.body}
        except ApiError as failed:
            error, row["status"], row["reason"] = failed, failed.status, str(failed)
        except RefusedCredentials as refused:
            error, row["reason"] = refused, str(refused)
        calls = self._calls.pacer.sent - before
        yield row | self._cost(calls, calls * asked.units)
        if error is None or self._is_expected(asked, error):
            return
        yield from self._halves(described, items, purpose, asked, error)

    def _halves(
        self,
        described: Described,
        items: Sequence[Item],
        purpose: str,
        endpoint: Endpoint,
        error: ApiError | RefusedCredentials,
    ) -> Iterator[dict[str, Any]]:
        """Ask for halves of what was refused for the sake of an id; raise what is of all ids."""
        if isinstance(error, ApiError) and error.status in OF_IDS and error.status not in OF_ALL:
            if len(items) > 1:
                yield from self.ask(described, items[: len(items) // 2], purpose, endpoint)
                yield from self.ask(described, items[len(items) // 2 :], purpose, endpoint)
            return
        if isinstance(error, ApiError) and error.status in (401, 403):
            raise self._calls.names.refused("the call is refused", error) from None
        raise error

    def _is_expected(self, endpoint: Endpoint, error: Exception) -> bool:
        status = getattr(error, "status", None)
        return any(action.status_code == status for action in endpoint.response_actions)

    def _row(self, described: Described, items: Sequence[Item], purpose: str) -> dict[str, Any]:
        at = self._now()
        return {
            "kind": described.name,
            "ids": [item.item_id for item in items],
            "labels": [item.label for item in items],
            "purpose": purpose,
            "asked_at": at,
            "status": None,
            "reason": None,
            "body": None,
        }

    def _cost(self, calls: int, units: int) -> dict[str, Any]:
        at, bounds = self._now(), self._calls.bounds
        return {
            "answered_at": at,
            "calls": calls,
            "units": units,
            "units_per_day": bounds.units_per_day,
            "quota_date": quota_date(bounds, at),
        }
