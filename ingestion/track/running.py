"""Runs what is due: services side by side, each answer landed before it is read, until the deadline."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from ingestion.clock import Deadline, Now, Sleep
from ingestion.crawl.lock import CrawlRunning, one_crawl_at_a_time
from ingestion.settings import MissingSetting, Settings, WrongSettings
from ingestion.sources.due import due_items
from ingestion.sources.ledger import Ledger, read_ledger, state_file
from ingestion.sources.reading import Catalogue
from ingestion.sources.tracked import Item, read_items
from ingestion.track.adding import adopt
from ingestion.track.one_service import OneService
from ingestion.track.outcome import Outcome, Run
from ingestion.track.service import ServiceCalls, access_to

DEADLINE_SECONDS = 300.0


def run_due(
    settings: Settings,
    catalogue: Catalogue,
    *,
    now: Now,
    sleep: Sleep | None = None,
    deadline_seconds: float | None = None,
    service: str = "",
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Outcome:
    """Ask for everything that is due, or what is of one service.

    What a deadline or a budget cuts off is due again. A service that another run asks is left to it.

    Raises:
        CrawlRunning: other runs ask all of the services.
        BadList: `tracked.csv` cannot be read.
        NotLanded: the disk refused an answer.
    """
    deadline = Deadline(now, sleep, deadline_seconds or DEADLINE_SECONDS)
    run = Run(settings, catalogue, deadline, on_progress)
    with ExitStack() as locks:
        ledgers = _ledgers(run, locks, service)
        items, faults = read_items(settings, catalogue)
        run.outcome.problems += [*catalogue.faults, *faults]
        try:
            _ask_all(run, ledgers, items)
        finally:
            for name, ledger in ledgers.items():
                run.outcome.problems += ledger.sentences.values()
                ledger.write(state_file(settings, name))
    return run.outcome


def _ledgers(run: Run, locks: ExitStack, service: str) -> dict[str, Ledger]:
    """Return the ledgers of the services that are tracked; what answers list is tracked from then on."""
    items, _ = read_items(run.settings, run.catalogue)
    names = sorted({run.catalogue.kinds[item.kind].service_name for item in items})
    ledgers: dict[str, Ledger] = {}
    busy: list[CrawlRunning] = []
    for name in names:
        if service in ("", name):
            lock = run.settings.root / f"track-{name}.lock"
            try:
                locks.enter_context(one_crawl_at_a_time(lock, run.deadline.now, f"a run of track for {name}"))
            except CrawlRunning as running:
                busy.append(running)
                continue
            ledgers[name], found = read_ledger(run.settings, run.catalogue, name)
            run.outcome.found += adopt(run.settings, run.catalogue, found, run.deadline.now)
    if busy and not ledgers:
        raise busy[0]
    run.outcome.notes += map(str, busy)
    return ledgers


def _ask_all(run: Run, ledgers: dict[str, Ledger], items: Sequence[Item]) -> None:
    """Ask every service for its items, each in a thread of its own."""
    by_service: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_service[run.catalogue.kinds[item.kind].service_name].append(item)
    now = run.deadline.now()
    due = {
        name: [item for _, item in due_items(run.catalogue, by_service[name], ledger, now)]
        for name, ledger in ledgers.items()
    }
    run.outcome.due = sum(map(len, due.values()))
    with ThreadPoolExecutor(max(len(due), 1)) as pool:
        futures = [pool.submit(_ask, run, name, ledgers[name], some) for name, some in due.items() if some]
        try:
            for future in futures:
                future.result()
        except BaseException:
            run.deadline.call_off("interrupted")
            raise


def _ask(run: Run, name: str, ledger: Ledger, due: Sequence[Item]) -> None:
    service = run.catalogue.kinds[due[0].kind].service
    try:
        access = access_to(service)
    except (MissingSetting, WrongSettings) as error:
        run.tell_end(f"{name}: {error}")
        return
    calls = ServiceCalls(name, service, access, run.settings, run.deadline)
    OneService(run, name, ledger, calls).ask(due)
