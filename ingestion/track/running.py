"""Runs what is due: services side by side, each answer landed before it is read, until the deadline."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Any

from ingestion.client.application import RefusedCredentials
from ingestion.client.http import ApiError
from ingestion.clock import Deadline, Now, OutOfTime, Sleep
from ingestion.crawl.lock import one_crawl_at_a_time
from ingestion.settings import MissingSetting, Settings, WrongSettings
from ingestion.sources.answers import land_answers
from ingestion.sources.due import due_items
from ingestion.sources.ledger import Ledger, read_ledger, state_file
from ingestion.sources.parsing import Found
from ingestion.sources.reading import Catalogue, Described
from ingestion.sources.tracked import Item, add_items, read_items
from ingestion.track.asking import Asker, quota_date
from ingestion.track.service import ServiceCalls, access_to

DEADLINE_SECONDS = 300.0
# an answer waits no longer than that, nor beside more than so many, before it is landed
MOST_WAITING, LONGEST_WAIT, MOST_BYTES = 50, timedelta(seconds=5), 8 * 2**20
# so many batches in a row without an answer, and the service is left alone until the next run
MOST_FAILURES = 3


@dataclass
class Outcome:
    """What a run did: items due, asked, not answered, found; calls; sentences on what failed or waits."""

    due: int = 0
    asked: int = 0
    failed: int = 0
    calls: int = 0
    found: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def run_due(
    settings: Settings,
    catalogue: Catalogue,
    *,
    now: Now,
    sleep: Sleep | None = None,
    deadline_seconds: float | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Outcome:
    """Ask for everything that is due; what a deadline or a budget cuts off is due again.

    Raises:
        CrawlRunning: another run holds the lock.
        BadList: `tracked.csv` cannot be read.
        NotLanded: the disk refused an answer.
    """
    with one_crawl_at_a_time(settings.root / "track.lock", now, "a run of track"):
        ledger, found = read_ledger(settings, catalogue)
        outcome = Outcome(found=adopt(settings, catalogue, found, now))
        items, faults = read_items(settings, catalogue)
        outcome.problems += [*catalogue.faults, *faults]
        due = [item for _, item in due_items(catalogue, items, ledger, now())]
        outcome.due = len(due)
        deadline = Deadline(now, sleep, deadline_seconds or DEADLINE_SECONDS)
        run = _Run(settings, catalogue, ledger, deadline, outcome, on_progress)
        try:
            run.all_services(due)
        finally:
            outcome.problems += ledger.sentences.values()
            ledger.write(state_file(settings))
        return outcome


def adopt(settings: Settings, catalogue: Catalogue, found: Iterable[Found], now: Now) -> int:
    """Put items that answers list on the list of what is tracked; return how many are new."""
    known = {item.key for item in read_items(settings, catalogue)[0]}
    new: dict[tuple[str, str], Item] = {}
    for one in found:
        described = catalogue.kinds.get(one.kind)
        if described is None:
            continue
        try:
            item_id = described.kind.spelt(one.item_id)
        except ValueError:
            continue
        ends = described.kind.schedule.ends_after
        item = Item(one.kind, item_id, one.label, now() + ends if ends else None)
        if item.key not in known:
            new.setdefault(item.key, item)
    if new:
        add_items(settings, new.values())
    return len(new)


class _Run:
    """One run: what its services share."""

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        ledger: Ledger,
        deadline: Deadline,
        outcome: Outcome,
        on_progress: Callable[[int, int], None],
    ) -> None:
        self.settings, self.catalogue, self.ledger = settings, catalogue, ledger
        self.deadline, self.outcome, self.on_progress = deadline, outcome, on_progress
        self.lock = Lock()

    def all_services(self, due: Sequence[Item]) -> None:
        """Ask every service for its items, each in a thread of its own."""
        by_service: dict[str, list[Item]] = defaultdict(list)
        for item in due:
            by_service[self.catalogue.kinds[item.kind].service_name].append(item)
        with ThreadPoolExecutor(max(len(by_service), 1)) as pool:
            futures = [pool.submit(self._service, name, items) for name, items in by_service.items()]
            try:
                for future in futures:
                    future.result()
            except BaseException:
                self.deadline.call_off("interrupted")
                raise

    def _service(self, name: str, items: Sequence[Item]) -> None:
        described = self.catalogue.kinds[items[0].kind]
        try:
            access = access_to(described.service)
        except (MissingSetting, WrongSettings) as error:
            self.tell(f"{name}: {error}")
            return
        calls = ServiceCalls(name, described.service, access, self.settings, self.deadline)
        waiting = Waiting(self, name)
        try:
            self._batches(name, calls, items, waiting)
        except OutOfTime as end:
            self.note(f"{name}: {end.reason}; the rest waits for the next run")
        except (ApiError, RefusedCredentials) as error:
            self.tell(f"{name}: {error}")
        finally:
            waiting.land()

    def _batches(self, name: str, calls: ServiceCalls, items: Sequence[Item], waiting: "Waiting") -> None:
        asker, failures = Asker(calls, self.deadline.now), 0
        for described, batch in batches(self.catalogue, items):
            day = quota_date(calls.bounds, self.deadline.now())
            most = calls.bounds.units_per_day
            if most is not None and waiting.spent(day) + described.kind.endpoint.units > most:
                self.note(f"{name}: the {most:,} units of {day} are spent; the rest waits for the next day")
                return
            try:
                for answer in asker.ask(described, batch):
                    waiting.add(answer)
                failures = 0
            except ApiError:
                failures += 1
                if failures >= MOST_FAILURES:
                    raise

    def tell(self, sentence: str) -> None:
        """Note what failed."""
        with self.lock:
            self.outcome.problems.append(sentence)

    def note(self, sentence: str) -> None:
        """Note what waits, and why."""
        with self.lock:
            self.outcome.notes.append(sentence)


class Waiting:
    """The answers of one service that have not been landed yet."""

    def __init__(self, run: _Run, service: str) -> None:
        self._run, self._service = run, service
        self._answers: list[dict[str, Any]] = []

    def spent(self, day: Any) -> int:
        """Return what the calls of a day of the quota have cost so far."""
        waiting: int = sum(one["units"] for one in self._answers if one["quota_date"] == day)
        return self._run.ledger.units_spent(self._service, day) + waiting

    def add(self, answer: dict[str, Any]) -> None:
        """Take in an answer, and land all that wait where it is time to."""
        self._answers.append(answer)
        size = sum(len(one["body"] or b"") for one in self._answers)
        age = answer["answered_at"] - self._answers[0]["answered_at"]
        if len(self._answers) >= MOST_WAITING or size >= MOST_BYTES or age >= LONGEST_WAIT:
            self.land()

    def land(self) -> None:
        """Land the answers that wait; only then are they read."""
        if not self._answers:
            return
        answers, self._answers = self._answers, []
        run, outcome = self._run, self._run.outcome
        path = land_answers(run.settings.landing, self._service, answers)
        with run.lock:
            found = run.ledger.take_in(run.catalogue, path, iter(answers))
            outcome.asked += sum(len(one["ids"]) for one in answers)
            outcome.calls += sum(one["calls"] for one in answers)
            failed = [one for one in answers if one["body"] is None and not _says_missing(run.catalogue, one)]
            outcome.failed += sum(len(one["ids"]) for one in failed)
            outcome.notes += [f"{one['kind']} {' '.join(one['ids'][:3])}: {one['reason']}" for one in failed]
            outcome.found += adopt(run.settings, run.catalogue, found, run.deadline.now)
            run.on_progress(outcome.asked, outcome.due)


def _says_missing(catalogue: Catalogue, answer: dict[str, Any]) -> bool:
    actions = catalogue.kinds[answer["kind"]].kind.endpoint.response_actions
    return any(one.status_code == answer["status"] and one.action == "missing" for one in actions)


def batches(catalogue: Catalogue, items: Sequence[Item]) -> Iterator[tuple[Described, list[Item]]]:
    """Yield the items in calls of the size that their kind takes, the most overdue call first."""
    open_: dict[str, list[Item]] = {}
    calls: list[list[Item]] = []
    for item in items:
        batch = open_.get(item.kind)
        if batch is None or len(batch) >= catalogue.kinds[item.kind].kind.endpoint.batch.size:
            batch = open_[item.kind] = []
            calls.append(batch)
        batch.append(item)
    for batch in calls:
        yield catalogue.kinds[batch[0].kind], batch
