"""Runs one crawl of any platform: one at a time, to its end or its deadline, and landed whatever happens."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ingestion.client.application import RefusedCredentials
from ingestion.client.http import ApiError, WrongAddress
from ingestion.client.pacing import Points
from ingestion.client.paging import Stop
from ingestion.clock import Deadline, Now, Sleep
from ingestion.crawl.chains import ChainThreads, Ended, Fetched
from ingestion.crawl.gathered import GatheredStreams
from ingestion.crawl.imported import refuse_imported
from ingestion.crawl.lock import one_crawl_at_a_time
from ingestion.crawl.progress import CHAIN, LANDED, PAGE, Event, OnEvent
from ingestion.crawl.verdict import verdict
from ingestion.exits import Stopped
from ingestion.landing.audit import newest_crawls
from ingestion.landing.files import CRAWLS, CrawlRecord, free_second, land_crawl
from ingestion.landing.rejects import land_rejects, reasons
from ingestion.landing.store import at_hand, waiting
from ingestion.settings import Settings

CRAWLS_BEFORE = 300


class NothingFetched(Stopped):
    """Not a single page came; the crawl has landed as incomplete and empty."""


@dataclass(frozen=True)
class CrawlOutcome:
    """A landed crawl: its file, its audit record and what the record has no room for.

    `reasons` says of the rejected rows why most of them were (see `ingestion.platforms.rows.RowRules`), each
    with how often; `problem` is the full text of what cut the crawl short, "" if nothing did. `waiting`
    says what an object store has not taken yet, "" if nothing.
    """

    path: Path
    record: CrawlRecord
    reasons: dict[str, int]
    problem: str
    waiting: str = ""


@dataclass(frozen=True)
class Order:
    """What a crawl is told: whose streams, where they land, until when, and who wants to hear of it.

    `url_setting` names what leads to the platform's API; `cadence_seconds` are those between two crawls. What
    landed before is read in `landing`, which is not the settings' where a store does not answer.
    """

    platform: str
    settings: Settings
    landing: Path
    deadline: Deadline
    observed_at: datetime
    cadence_seconds: int
    url_setting: str
    on_event: OnEvent


class RunningCrawl(ABC):
    """One crawl while it runs; a platform adds how its streams are gathered."""

    # set by the platform's own __init__
    threads: ChainThreads
    points: Points

    def __init__(self, order: Order) -> None:
        """Take what the crawl is told."""
        self.order, self.deadline = order, order.deadline
        self.before = newest_crawls(order.landing, order.platform, CRAWLS_BEFORE, order.observed_at)
        self.expected: Mapping[str, int] = {}
        self.gathered = GatheredStreams()

    @abstractmethod
    def gather(self) -> None:
        """Follow all chains to their ends, or up to the deadline."""

    def take_in(self) -> None:
        """Take in what the chains bring until all have ended."""
        for result in self.threads.results():
            self.gathered.take(result)
            if isinstance(result, Ended):
                self._see_end(result)
            else:
                self.see_page(result)

    def see_page(self, fetched: Fetched) -> None:
        """Tell of a page that has been taken in."""
        self.tell(
            PAGE,
            pages=self.gathered.pages,
            streams=self.gathered.rows,
            points_used=self.points.points_used,
            points_left=self.points.points_left,
            seconds=round((self.deadline.now() - self.order.observed_at).total_seconds(), 1),
        )

    def tell(self, name: str, **facts: object) -> None:
        """Tell of something that has happened."""
        self.order.on_event(Event(name, self.deadline.now(), facts))

    def _see_end(self, end: Ended) -> None:
        error = end.error
        leads_nowhere = isinstance(error, RefusedCredentials) or (
            isinstance(error, ApiError) and error.leads_nowhere
        )
        if leads_nowhere and not self.gathered.pages:
            self.deadline.call_off(end.stop.reason)
        self.tell(CHAIN, **self.gathered.chains[end.chain].facts(""))

    def interrupt(self) -> None:
        """Call the crawl off and take in what its chains have already brought."""
        self.deadline.call_off("interrupted")
        for result in self.threads.results():
            self.gathered.take(result)

    def land(self) -> CrawlOutcome:
        """Land what there is; raise instead where there is nothing because of a setting."""
        reason, order = self.deadline.reason, self.order
        self.deadline.call_off("deadline")
        if not self.gathered.pages:
            self._refuse_settings()
        (streams, doubles), rejects = self.gathered.merged(), list(self.gathered.rejects.values())
        stop, problem = self.judge(len(streams), reason)
        record = CrawlRecord(
            platform=order.platform,
            observed_at=order.observed_at,
            finished_at=max(self.deadline.now(), order.observed_at),
            cadence_seconds=order.cadence_seconds,
            is_complete=stop.is_complete,
            stop_reason=stop.reason,
            pages=self.gathered.pages,
            streams=len(streams),
            doubles=doubles,
            points_used=self.points.points_used,
            found_by_id=self.gathered.found_by_id,
            rejected=len(rejects),
            chains=[chain.facts(reason) for chain in self.gathered.chains.values()],
        )
        if rejects:  # before the crawl that counts them
            land_rejects(order.settings.landing, order.platform, rejects, order.observed_at)
        path = land_crawl(order.settings.landing, record, streams)
        waits = waiting(order.settings.landing)
        crawled = CrawlOutcome(path, record, reasons(rejects), problem, waits)
        told = {"file": str(path), "reasons": crawled.reasons, "problem": problem, "waiting": waits}
        self.tell(LANDED, **asdict(record), **told)
        return crawled

    def _refuse_settings(self) -> None:
        for error in self.gathered.errors_met:
            if isinstance(error, RefusedCredentials | WrongAddress):
                raise error
            if isinstance(error, ApiError) and error.status == 404:
                raise WrongAddress(self.order.url_setting, error.where)

    def judge(self, streams: int, cut: str) -> tuple[Stop, str]:
        """Return whether the crawl saw everything, else why not, and what went wrong (see `verdict`)."""
        return verdict(
            self.gathered,
            streams,
            cut=cut,
            ahead=self.deadline.ahead,
            expected=self.expected,
            before=self.before,
        )


def run_crawl(
    make: Callable[[Order], RunningCrawl],
    settings: Settings,
    *,
    platform: str,
    lock: str,
    url_setting: str,
    cadence_seconds: int,
    now: Now,
    sleep: Sleep | None,
    deadline_seconds: float | None,
    on_event: OnEvent,
) -> CrawlOutcome:
    """Run the crawl that `make` makes while no other holds the file `lock`, and land it.

    Raises:
        ImportedPlatform: files have been imported into this platform.
        CrawlRunning: another crawl holds the lock.
        RefusedCredentials, WrongAddress: before the first page; nothing has landed.
        NothingFetched: no page came at all.
        OSError: the disk refused the file.
    """

    def begun(landing: Path) -> RunningCrawl:
        refuse_imported(landing, platform)
        observed_at = free_second(settings.landing, platform, CRAWLS, now())
        (sleep or time.sleep)(max((observed_at - now()).total_seconds(), 0))
        deadline = Deadline(now, sleep, deadline_seconds or cadence_seconds)
        told = (platform, settings, landing, deadline, observed_at, cadence_seconds, url_setting, on_event)
        return make(Order(*told))

    with one_crawl_at_a_time(settings.root / lock, now):
        crawled = _run(at_hand(settings.landing, begun))
    if not crawled.record.pages:
        said = crawled.problem or crawled.record.stop_reason
        raise NothingFetched(f"the crawl fetched no page, {said}; it has landed as incomplete and empty")
    return crawled


def _run(crawl: RunningCrawl) -> CrawlOutcome:
    try:
        crawl.gather()
    except BaseException:  # even an interruption waits until what cannot be fetched again has landed
        crawl.interrupt()
        crawl.land()
        raise
    return crawl.land()
