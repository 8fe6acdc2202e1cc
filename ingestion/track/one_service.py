"""Asks one service for what is due of it, as many calls at once as its rate takes, and lands the answers."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from math import ceil
from typing import Any, NamedTuple

from ingestion.client.application import RefusedCredentials
from ingestion.client.http import ApiError
from ingestion.clock import OutOfTime
from ingestion.sources.answers import land_answers
from ingestion.sources.ledger import Ledger
from ingestion.sources.reading import Catalogue, Described
from ingestion.sources.tracked import Item
from ingestion.track.adding import adopt
from ingestion.track.asking import Asker, quota_date
from ingestion.track.at_once import AtOnce, Ended, Quota
from ingestion.track.outcome import Run
from ingestion.track.service import ServiceCalls

# an answer waits no longer than that, nor beside more than so many, before it is landed
MOST_WAITING, LONGEST_WAIT, MOST_BYTES = 50, timedelta(seconds=4), 8 * 2**20
# so many batches in a row without an answer, and the service is left alone until the next run
MOST_FAILURES = 3
# as many calls at once as keep to the rate where each takes a second
MOST_AT_ONCE, SECONDS_A_CALL = 16, 1


class Batch(NamedTuple):
    """Items of one kind that are asked for in one call."""

    described: Described
    items: list[Item]


class OneService:
    """A service that is asked in one run."""

    def __init__(self, run: Run, name: str, ledger: Ledger, calls: ServiceCalls) -> None:
        """Take the run, the service's name, its ledger and its client."""
        self._run, self._name, self._ledger, self._calls = run, name, ledger, calls
        self._asker = Asker(calls, run.deadline.now)
        self._quota = Quota(calls.bounds.units_per_day, dict(ledger.units))
        self._waiting: list[dict[str, Any]] = []
        self._failures, self._has_ended = 0, False

    def ask(self, due: Sequence[Item]) -> None:
        """Ask for the items, the most overdue first; what is said of the service's end is told to the run."""
        calls = batches(self._run.catalogue, due)
        rate = self._calls.bounds.calls_per_minute / 60
        most = min(MOST_AT_ONCE, len(calls), ceil(rate * SECONDS_A_CALL) + 1)
        asking = AtOnce(self._answers, self._affordable(calls), most)
        try:
            for result in asking.results():
                if isinstance(result, Ended):
                    self._judge(result.error, asking)
                elif result is not None:
                    self._waiting.append(result)
                if self._is_time_to_land():
                    self._land()
        finally:
            asking.stop()
            self._land()

    def _affordable(self, calls: Sequence[Batch]) -> Iterator[Batch]:
        """Yield calls until the day's units are spent."""
        for batch in calls:
            day = quota_date(self._calls.bounds, self._run.deadline.now())
            if not self._quota.hold(day, batch.described.kind.endpoint.units):
                spent = f"the {self._quota.most:,} units of {day} are spent"
                self._run.note(f"{self._name}: {spent}; the rest waits for the next day")
                return
            yield batch

    def _answers(self, batch: Batch) -> Iterator[dict[str, Any]]:
        """Yield the answers to one call, or to those that it was cut into."""
        try:
            for answer in self._asker.ask(batch.described, batch.items):
                self._quota.spend(answer["quota_date"], answer["units"])
                yield answer
        finally:
            self._quota.give_back(batch.described.kind.endpoint.units)

    def _judge(self, error: Exception | None, asking: AtOnce[Batch]) -> None:
        """Let no more calls begin where the service cannot be asked."""
        if error is None or isinstance(error, ApiError):
            self._failures = self._failures + 1 if error else 0
            if self._failures < MOST_FAILURES:
                return
        elif not isinstance(error, OutOfTime | RefusedCredentials):
            raise error
        asking.stop()
        if self._has_ended:
            return
        self._has_ended = True
        if isinstance(error, OutOfTime):
            self._run.note(f"{self._name}: {error.reason}; the rest waits for the next run")
        else:
            self._run.tell_end(f"{self._name}: {error}")

    def _is_time_to_land(self) -> bool:
        if not self._waiting:
            return False
        size = sum(len(one["body"] or b"") for one in self._waiting)
        age = self._run.deadline.now() - min(one["answered_at"] for one in self._waiting)
        return len(self._waiting) >= MOST_WAITING or size >= MOST_BYTES or age >= LONGEST_WAIT

    def _land(self) -> None:
        """Land the answers that wait; only then are they read."""
        if not self._waiting:
            return
        answers, self._waiting = self._waiting, []
        run, outcome = self._run, self._run.outcome
        path = land_answers(run.settings.landing, self._name, answers)
        found = self._ledger.take_in(run.catalogue, path, iter(answers))
        failed = [one for one in answers if one["body"] is None and not _says_missing(run.catalogue, one)]
        with run.lock:
            outcome.asked += sum(len(one["ids"]) for one in answers)
            outcome.calls += sum(one["calls"] for one in answers)
            outcome.failed += sum(len(one["ids"]) for one in failed)
            outcome.notes += [f"{one['kind']} {' '.join(one['ids'][:3])}: {one['reason']}" for one in failed]
            outcome.found += adopt(run.settings, run.catalogue, found, run.deadline.now)
            run.on_progress(outcome.asked, outcome.due)


def _says_missing(catalogue: Catalogue, answer: dict[str, Any]) -> bool:
    actions = catalogue.kinds[answer["kind"]].kind.endpoint.response_actions
    return any(one.status_code == answer["status"] and one.action == "missing" for one in actions)


def batches(catalogue: Catalogue, items: Sequence[Item]) -> list[Batch]:
    """Return the items in calls of the size that their kind takes, the most overdue call first."""
    open_: dict[str, list[Item]] = {}
    calls: list[Batch] = []
    for item in items:
        batch = open_.get(item.kind)
        described = catalogue.kinds[item.kind]
        if batch is None or len(batch) >= described.kind.endpoint.batch.size:
            batch = open_[item.kind] = []
            calls.append(Batch(described, batch))
        batch.append(item)
    return calls
