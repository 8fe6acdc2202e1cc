"""Crawls everything that is live on a described platform into one landed file."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from ingestion.client.application import RefusedCredentials
from ingestion.client.asking import in_batches
from ingestion.client.http import ApiError
from ingestion.client.paging import Stop
from ingestion.clock import Now, OutOfTime, Sleep
from ingestion.crawl.chains import Fetched
from ingestion.crawl.expectation import Expectation, expectation, languages_seen
from ingestion.crawl.gathered import ChainProgress
from ingestion.crawl.progress import LANGUAGE, STARTED, OnEvent, tell_nobody
from ingestion.crawl.running import CrawlOutcome, Order, RunningCrawl, run_crawl
from ingestion.platforms.calls import PlatformCalls
from ingestion.platforms.chains import ListChains
from ingestion.platforms.credentials import variables_of
from ingestion.platforms.description import Description
from ingestion.platforms.lists import Languages, Source, Streamers
from ingestion.platforms.pages import Added, as_count
from ingestion.platforms.partition import partition, unlisted
from ingestion.platforms.readers import look_up
from ingestion.platforms.reading import find_description
from ingestion.settings import Settings

ALL, PARTS = "all", "parts"
MOST_PARTS = 1000
# so few come and go while a list is read
FEWEST_MISSING = 10
LOOKUPS = 4


def crawl(platform: str, settings: Settings, **how: Any) -> CrawlOutcome:
    """Fetch every live stream of a platform once and land them.

    `how` and what is raised are those of `crawl_platform`.

    Raises:
        BadDescription: the platform is described nowhere, or its description cannot be used.
    """
    return crawl_platform(find_description(settings, platform), settings, **how)


def crawl_platform(
    description: Description,
    settings: Settings,
    *,
    now: Now,
    sleep: Sleep | None = None,
    deadline_seconds: float | None = None,
    on_event: OnEvent = tell_nobody,
) -> CrawlOutcome:
    """Fetch every live stream of a platform once and land them, complete or not, with the audit record.

    `now` returns naive UTC; `on_event` is told what happens, in this thread. By the deadline (default:
    the cadence) the crawl lands with what it has. So it does when it is interrupted, before the
    interruption goes on, and when the platform cuts it short; only refused credentials and a wrong
    address before the first page land nothing.

    Raises:
        MissingSetting, WrongSettings: a variable of the description is not set, or cannot be used.
        ImportedPlatform: files have been imported into this platform.
        CrawlRunning: another crawl of it is running.
        RefusedCredentials: the platform refuses the application.
        WrongAddress: a variable that holds an address leads to nothing.
        NothingFetched: no page came at all.
        OSError: the disk refused the file.
    """
    variables = variables_of(description, settings)
    return run_crawl(
        partial(_DescribedCrawl, description, variables),
        settings,
        platform=description.platform,
        lock=f"crawl{description.suffix}.lock",
        url_setting=description.url_variable,
        cadence_seconds=max(settings.cadence_seconds, description.limits.cadence_minutes * 60),
        now=now,
        sleep=sleep,
        deadline_seconds=deadline_seconds,
        on_event=on_event,
    )


class _DescribedCrawl(RunningCrawl):
    """One crawl of a described platform while it runs."""

    threads: ListChains

    def __init__(self, description: Description, variables: dict[str, str], order: Order) -> None:
        super().__init__(order)
        self._description = description
        self._expectation = self._expected() if description.languages or description.streamers else None
        self._languages: dict[str, int] = {}
        if self._expectation and description.languages:
            self.expected = self._languages = self._expectation.languages
        self._calls = PlatformCalls(description, variables, order.settings, order.deadline)
        self.points = self._calls.pacer
        self.threads = ListChains(description, self._calls, order.deadline, order.observed_at)

    def _expected(self) -> Expectation:
        order, languages = self.order, self._description.languages
        always = languages.codes if languages else ()
        known = languages_seen(
            order.landing, order.settings.published, order.platform, order.observed_at, always
        )
        return expectation(self.before, known)

    def gather(self) -> None:
        """Follow all chains to their ends or up to the deadline; then see who is missing and how many."""
        description = self._description
        if description.languages:
            self._start_languages(description.languages)
        else:
            self._start_parts()
        self.take_in()
        if description.streamers and self._has_time():
            self._look_up(description.streamers)
            self.take_in()
        total = description.total
        if total and total.path and self._has_time():
            # how many there are is worth no failure
            with suppress(ApiError, RefusedCredentials, OutOfTime):
                count = as_count(look_up(self._calls.get(total.path), total.at))
                self.threads.totals += [] if count is None else [count]

    def _has_time(self) -> bool:
        return bool(self.gathered.pages) and not self.deadline.reason

    def _start_languages(self, by: Languages) -> None:
        """Start a chain for each part of the languages, the largest first, and one for the first page of all.

        What the platform lists under no language that is asked for is found by that page.
        """
        plans = partition(self._languages, by)
        for plan in plans:
            self._start_language(by, plan.languages, plan.streams)
        self.gathered.chains[self.threads.first_page()] = ChainProgress([])
        self._tell_started(len(plans), sum(len(plan.languages) for plan in plans))

    def _start_language(self, by: Languages, languages: list[str], urgency: float) -> None:
        number = self.threads.list_languages(by, languages, urgency)
        self.gathered.chains[number] = ChainProgress(languages)

    def _start_parts(self) -> None:
        partitions = self._description.partitions
        values: list[Any] = [None] if partitions is None else list(partitions.values or [])
        if partitions and partitions.source:
            find = partial(self._find_parts, partitions.source, values)
            self.gathered.chains[self.threads.begin(find)] = ChainProgress([], part=PARTS)
            self.take_in()
        for value in values:
            part: Added = {partitions.into: {partitions.parameter: value}} if partitions else {}
            name = ALL if value is None else str(value)
            self.gathered.chains[self.threads.list_all(part)] = ChainProgress([], part=name)
        self._tell_started(len(values), 0)

    def _tell_started(self, chains: int, languages: int) -> None:
        seconds = round(self.deadline.seconds_left(), 1)
        self.tell(STARTED, chains=chains, languages=languages, deadline_seconds=seconds)

    def _find_parts(self, source: Source, values: list[Any], number: int, refused: list[str]) -> Stop:
        records = look_up(self._calls.get(source.path), source.records)
        found = [look_up(one, source.at) for one in records] if isinstance(records, list) else []
        values += dict.fromkeys(one for one in found if isinstance(one, str | int))
        if not values:
            return Stop(f"no values at {source.records}, {source.at}", False)
        if len(values) > MOST_PARTS:
            values.clear()
            return Stop(f"more than {MOST_PARTS:,} parts", False)
        return Stop("end", True)

    def see_page(self, fetched: Fetched) -> None:
        """Tell of a page; ask for the languages on it that nobody has asked for."""
        super().see_page(fetched)
        by = self._description.languages
        if by and not self.gathered.chains[fetched.chain].languages:
            for language in unlisted(fetched.page["language"].to_pylist(), self._languages, by):
                self._languages[language] = 0
                self.tell(LANGUAGE, language=language)
                self._start_language(by, [language], 0.0)

    def _look_up(self, by: Streamers) -> None:
        """Start chains that ask for who was live in the crawls before, as far as the rate limit allows."""
        share = self.order.settings.points_share * self.order.cadence_seconds / 60
        calls = max(int(self._description.limits.most_a_minute * share) - self.points.points_used, 0)
        missing: Sequence[str] = []
        if self._expectation:
            missing = self._expectation.missing(self.gathered.user_ids, calls * by.a_call)
        for some in in_batches(missing, max(-(-len(missing) // LOOKUPS), by.a_call)):
            self.gathered.chains[self.threads.look_up(by, some)] = ChainProgress([], is_by_id=True)

    def judge(self, streams: int, cut: str) -> tuple[Stop, str]:
        """Return whether the crawl saw everything, by the platform's own count, too."""
        stop, problem = super().judge(streams, cut)
        total, found, totals = (
            self._description.total,
            streams + len(self.gathered.rejects),
            self.threads.totals,
        )
        if total and stop.is_complete and totals:
            missing = sum(totals) - found
            if missing > max(total.may_miss * sum(totals), FEWEST_MISSING):
                said = f"{found:,} streams were found, the platform counts {sum(totals):,}"
                return Stop("fewer than the platform counts", False), said
        return stop, problem
