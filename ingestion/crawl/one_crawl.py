"""Crawls everything that is live on Twitch into one landed file."""

import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ingestion.client.asking import in_batches
from ingestion.client.budget import POINTS_A_MINUTE
from ingestion.client.helix import IDS_A_CALL, Helix, connect_until
from ingestion.client.http import ApiError, WrongAddress
from ingestion.client.paging import Stop
from ingestion.client.token import RefusedCredentials
from ingestion.clock import Deadline, Now, Sleep
from ingestion.crawl.chains import ChainThreads, Ended, Fetched
from ingestion.crawl.expectation import expectation, languages_seen
from ingestion.crawl.gathered import ChainProgress, GatheredStreams
from ingestion.crawl.lock import one_crawl_at_a_time
from ingestion.crawl.partition import partition, unlisted
from ingestion.crawl.progress import CHAIN, LANDED, LANGUAGE, PAGE, STARTED, Event, OnEvent, tell_nobody
from ingestion.crawl.verdict import verdict
from ingestion.exits import Refused, Stopped
from ingestion.landing.audit import newest_crawls
from ingestion.landing.files import CRAWLS, CrawlRecord, free_second, land_crawl
from ingestion.landing.rejects import land_rejects, reasons
from ingestion.settings import Settings

PLATFORM = "twitch"
CRAWLS_BEFORE = 300
LOOKUPS = 4


class ImportedPlatform(Refused):
    """The platform holds imported files; live crawls and imports do not mix."""


class NothingFetched(Stopped):
    """Not a single page came; the crawl has landed as incomplete and empty."""


@dataclass(frozen=True)
class CrawlOutcome:
    """A landed crawl: its file, its audit record and what the record has no room for.

    `reasons` says of the rejected rows why most of them were (see `ingestion.crawl.streams.to_arrow`), each
    with how often; `problem` is the full text of what cut the crawl short, "" if nothing did.
    """

    path: Path
    record: CrawlRecord
    reasons: dict[str, int]
    problem: str


def crawl_streams(
    settings: Settings,
    *,
    now: Now,
    sleep: Sleep | None = None,
    deadline_seconds: float | None = None,
    on_event: OnEvent = tell_nobody,
) -> CrawlOutcome:
    """Fetch every live stream once and land them, complete or not, with the audit record.

    `now` returns naive UTC; `on_event` is told what happens, in this thread. By the deadline (default:
    the cadence) the crawl lands with what it has. So it does when it is interrupted, before the
    interruption goes on, and when the platform cuts it short; only refused credentials and a wrong
    address before the first page land nothing.

    Raises:
        ImportedPlatform: files have been imported into this platform.
        MissingSetting: the client id or secret is not set.
        CrawlRunning: another crawl is running.
        RefusedCredentials: Twitch refuses the application.
        WrongAddress: HELIX_URL or TWITCH_TOKEN_URL leads to nothing.
        NothingFetched: no page came at all.
        OSError: the disk refused the file.
    """
    settings.credentials()
    _refuse_imported(settings.landing)
    with one_crawl_at_a_time(settings.root / "crawl.lock", now):
        observed_at = free_second(settings.landing, PLATFORM, CRAWLS, now())
        (sleep or time.sleep)(max((observed_at - now()).total_seconds(), 0))
        deadline = Deadline(now, sleep, deadline_seconds or settings.cadence_seconds)
        crawl = _RunningCrawl(settings, deadline, observed_at, on_event)
        try:
            crawl.gather()
        except BaseException:  # even an interruption waits until what cannot be fetched again has landed
            crawl.interrupt()
            crawl.land()
            raise
        crawled = crawl.land()
    if not crawled.record.pages:
        said = crawled.problem or crawled.record.stop_reason
        raise NothingFetched(f"the crawl fetched no page, {said}; it has landed as incomplete and empty")
    return crawled


class _RunningCrawl:
    """One crawl while it runs."""

    def __init__(
        self, settings: Settings, deadline: Deadline, observed_at: datetime, on_event: OnEvent
    ) -> None:
        self._settings, self._deadline, self._observed_at = settings, deadline, observed_at
        self._on_event = on_event
        self._before = newest_crawls(settings.landing, PLATFORM, CRAWLS_BEFORE, observed_at)
        known = languages_seen(settings.landing, settings.published, PLATFORM, observed_at)
        self._expectation = expectation(self._before, known)
        self._expected = self._expectation.languages
        self._gathered = GatheredStreams()
        self._helix: Helix = connect_until(settings, deadline)
        self._threads = ChainThreads(self._helix, deadline, observed_at)

    def gather(self) -> None:
        """Follow all chains to their ends, the largest first, or up to the deadline; then see who is missing.

        What the platform lists under no language that is asked for, or has skipped, is found so.
        """
        plans = partition(self._expected)
        for plan in plans:
            self._start(plan.languages, plan.streams)
        self._start([], 0.0)
        languages = sum(len(plan.languages) for plan in plans)
        seconds = round(self._deadline.seconds_left(), 1)
        self._tell(STARTED, chains=len(plans), languages=languages, deadline_seconds=seconds)
        self._take_in()
        if self._gathered.pages and not self._deadline.reason:
            self._look_up()
            self._take_in()

    def _start(self, languages: list[str], urgency: float) -> None:
        self._gathered.chains[self._threads.start(languages, urgency)] = ChainProgress(languages)

    def _take_in(self) -> None:
        for result in self._threads.results():
            self._gathered.take(result)
            if isinstance(result, Ended):
                self._see_end(result)
            else:
                self._see_page(result)

    def _see_page(self, fetched: Fetched) -> None:
        self._tell(
            PAGE,
            pages=self._gathered.pages,
            streams=self._gathered.rows,
            points_used=self._helix.points_used,
            points_left=self._helix.points_left,
            seconds=round((self._deadline.now() - self._observed_at).total_seconds(), 1),
        )
        if not self._gathered.chains[fetched.chain].languages:
            for language in unlisted(fetched.page["language"].to_pylist(), self._expected):
                self._expected[language] = 0
                self._tell(LANGUAGE, language=language)
                self._start([language], 0.0)

    def _see_end(self, end: Ended) -> None:
        error = end.error
        leads_nowhere = isinstance(error, RefusedCredentials) or (
            isinstance(error, ApiError) and error.leads_nowhere
        )
        if leads_nowhere and not self._gathered.pages:
            self._deadline.call_off(end.stop.reason)
        self._tell(CHAIN, **self._gathered.chains[end.chain].facts(""))

    def _look_up(self) -> None:
        share = self._settings.points_share * self._settings.cadence_seconds / 60
        points = max(int(POINTS_A_MINUTE * share) - self._helix.points_used, 0)
        missing = self._expectation.missing(self._gathered.user_ids, points * IDS_A_CALL)
        for some in in_batches(missing, max(-(-len(missing) // LOOKUPS), IDS_A_CALL)):
            self._gathered.chains[self._threads.look_up(some)] = ChainProgress([], is_by_id=True)

    def interrupt(self) -> None:
        """Call the crawl off and take in what its chains have already brought."""
        self._deadline.call_off("interrupted")
        for result in self._threads.results():
            self._gathered.take(result)

    def land(self) -> CrawlOutcome:
        """Land what there is; raise instead where there is nothing because of a setting."""
        reason = self._deadline.reason
        self._deadline.call_off("deadline")
        if not self._gathered.pages:
            self._refuse_settings()
        (streams, doubles), rejects = self._gathered.merged(), list(self._gathered.rejects.values())
        stop, problem = self._verdict(len(streams), reason)
        record = CrawlRecord(
            platform=PLATFORM,
            observed_at=self._observed_at,
            finished_at=max(self._deadline.now(), self._observed_at),
            cadence_seconds=self._settings.cadence_seconds,
            is_complete=stop.is_complete,
            stop_reason=stop.reason,
            pages=self._gathered.pages,
            streams=len(streams),
            doubles=doubles,
            points_used=self._helix.points_used,
            found_by_id=self._gathered.found_by_id,
            rejected=len(rejects),
            chains=[chain.facts(reason) for chain in self._gathered.chains.values()],
        )
        if rejects:  # before the crawl that counts them
            land_rejects(self._settings.landing, PLATFORM, rejects, self._observed_at)
        path = land_crawl(self._settings.landing, record, streams)
        crawled = CrawlOutcome(path, record, reasons(rejects), problem)
        self._tell(LANDED, **asdict(record), file=str(path), reasons=crawled.reasons, problem=problem)
        return crawled

    def _refuse_settings(self) -> None:
        for error in self._gathered.errors_met:
            if isinstance(error, RefusedCredentials | WrongAddress):
                raise error
            if isinstance(error, ApiError) and error.status == 404:
                raise WrongAddress("HELIX_URL", error.where)

    def _verdict(self, streams: int, cut: str) -> tuple[Stop, str]:
        return verdict(
            self._gathered,
            streams,
            cut=cut,
            ahead=self._deadline.ahead,
            expected=self._expected,
            before=self._before,
        )

    def _tell(self, name: str, **facts: object) -> None:
        self._on_event(Event(name, self._deadline.now(), facts))


def _refuse_imported(landing: Path) -> None:
    imports = landing / PLATFORM / "imports"
    if any(imports.glob("*.parquet")):
        raise ImportedPlatform(
            f"files have been imported into platform {PLATFORM} ({imports}) and live crawls do not mix with "
            "them: import them into another platform (PLATFORM=) or crawl into another AIRTIME_HOME"
        )
