"""Crawls everything that is live on a described platform into one landed file."""

from contextlib import suppress
from functools import partial
from typing import Any

from ingestion.client.application import RefusedCredentials
from ingestion.client.http import ApiError
from ingestion.client.paging import Stop
from ingestion.clock import Now, OutOfTime, Sleep
from ingestion.crawl.chains import UNFINISHED, ChainThreads, Work
from ingestion.crawl.gathered import ChainProgress
from ingestion.crawl.one_crawl import crawl_streams
from ingestion.crawl.progress import STARTED, OnEvent, tell_nobody
from ingestion.crawl.running import CrawlOutcome, Order, RunningCrawl, run_crawl
from ingestion.platforms.calls import PlatformCalls
from ingestion.platforms.credentials import variables_of
from ingestion.platforms.description import Description, Source
from ingestion.platforms.pages import Walk, as_count
from ingestion.platforms.reading import DESCRIBED_NOWHERE, find_description
from ingestion.platforms.rows import look_up
from ingestion.settings import Settings

ALL, PARTS = "all", "parts"
MOST_PARTS = 1000
Part = dict[str, dict[str, Any]]
# so few come and go while a list is read
FEWEST_MISSING = 10


def crawl(platform: str, settings: Settings, **how: Any) -> CrawlOutcome:
    """Fetch every live stream of a platform, Twitch or a described one, and land them.

    `how` and what is raised are those of `crawl_platform`.

    Raises:
        BadDescription: the platform is described nowhere, or its description cannot be used.
    """
    if platform == DESCRIBED_NOWHERE:
        return crawl_streams(settings, **how)
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
    """Fetch every live stream of a described platform once and land them, complete or not.

    As `ingestion.crawl.one_crawl.crawl_streams` does it for Twitch.

    Raises:
        MissingSetting, WrongSettings: a variable of the description is not set, or cannot be used.
        ImportedPlatform, CrawlRunning, RefusedCredentials, WrongAddress, NothingFetched, OSError: see there.
    """
    variables = variables_of(description)
    return run_crawl(
        partial(_DescribedCrawl, description, variables),
        settings,
        platform=description.platform,
        lock=f"crawl-{description.platform}.lock",
        url_setting=description.url_variable,
        cadence_seconds=max(settings.cadence_seconds, description.limits.cadence_minutes * 60),
        now=now,
        sleep=sleep,
        deadline_seconds=deadline_seconds,
        on_event=on_event,
    )


class _DescribedCrawl(RunningCrawl):
    """One crawl of a described platform while it runs."""

    def __init__(self, description: Description, variables: dict[str, str], order: Order) -> None:
        super().__init__(order)
        self._description = description
        self._calls = PlatformCalls(description, variables, order.settings, order.deadline)
        self.points, self.threads = self._calls.pacer, ChainThreads(order.deadline)
        self._totals: list[int] = []

    def gather(self) -> None:
        """Read the list, or each part of it, to its end or up to the deadline; then ask for the total."""
        partitions = self._description.partitions
        values: list[Any] = [None] if partitions is None else list(partitions.values or [])
        if partitions and partitions.source:
            self._begin(PARTS, partial(self._find_parts, partitions.source, values))
            self.take_in()
        for value in values:
            part: Part = {partitions.into: {partitions.parameter: value}} if partitions else {}
            self._begin(ALL if value is None else str(value), partial(self._follow, part))
        seconds = round(self.deadline.seconds_left(), 1)
        self.tell(STARTED, chains=len(values), languages=0, deadline_seconds=seconds)
        self.take_in()
        total = self._description.total
        if total and total.path and self.gathered.pages and not self.deadline.reason:
            # how many there are is worth no failure
            with suppress(ApiError, RefusedCredentials, OutOfTime):
                count = as_count(look_up(self._calls.get(total.path), total.at))
                self._totals += [] if count is None else [count]

    def _begin(self, part: str, work: Work) -> None:
        self.gathered.chains[self.threads.begin(work)] = ChainProgress([], part=part)

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

    def _follow(self, part: Part, number: int, refused: list[str]) -> Stop:
        walk = Walk(self._description, self._calls, self.order.observed_at, part)
        for page, rejects in walk:
            self.threads.put(number, page, rejects)
        if walk.total is not None:
            self._totals.append(walk.total)
        return walk.stop or UNFINISHED

    def judge(self, streams: int, cut: str) -> tuple[Stop, str]:
        """Return whether the crawl saw everything, by the platform's own count, too."""
        stop, problem = super().judge(streams, cut)
        total, found = self._description.total, streams + len(self.gathered.rejects)
        if total and stop.is_complete and self._totals:
            missing = sum(self._totals) - found
            if missing > max(total.may_miss * sum(self._totals), FEWEST_MISSING):
                said = f"{found:,} streams were found, the platform counts {sum(self._totals):,}"
                return Stop("fewer than the platform counts", False), said
        return stop, problem
