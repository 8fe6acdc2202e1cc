"""Crawls everything that is live on Twitch into one landed file."""

from ingestion.client.asking import in_batches
from ingestion.client.budget import POINTS_A_MINUTE
from ingestion.client.helix import IDS_A_CALL, connect_until
from ingestion.clock import Now, Sleep
from ingestion.crawl.chains import Fetched, HelixChains
from ingestion.crawl.expectation import expectation, languages_seen
from ingestion.crawl.gathered import ChainProgress
from ingestion.crawl.partition import partition, unlisted
from ingestion.crawl.progress import LANGUAGE, STARTED, OnEvent, tell_nobody
from ingestion.crawl.running import CrawlOutcome, Order, RunningCrawl, run_crawl
from ingestion.settings import Settings

PLATFORM = "twitch"
LOOKUPS = 4


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
    return run_crawl(
        _TwitchCrawl,
        settings,
        platform=PLATFORM,
        lock="crawl.lock",
        url_setting="HELIX_URL",
        cadence_seconds=settings.cadence_seconds,
        now=now,
        sleep=sleep,
        deadline_seconds=deadline_seconds,
        on_event=on_event,
    )


class _TwitchCrawl(RunningCrawl):
    """One crawl of Twitch while it runs."""

    threads: HelixChains

    def __init__(self, order: Order) -> None:
        super().__init__(order)
        settings, observed_at = order.settings, order.observed_at
        known = languages_seen(order.landing, settings.published, PLATFORM, observed_at)
        self._expectation = expectation(self.before, known)
        self.expected = self._languages = self._expectation.languages
        helix = connect_until(settings, order.deadline)
        self.points, self.threads = helix, HelixChains(helix, order.deadline, observed_at)

    def gather(self) -> None:
        """Follow all chains to their ends, the largest first, or up to the deadline; then see who is missing.

        What the platform lists under no language that is asked for, or has skipped, is found so.
        """
        plans = partition(self._languages)
        for plan in plans:
            self._start(plan.languages, plan.streams)
        self._start([], 0.0)
        languages = sum(len(plan.languages) for plan in plans)
        seconds = round(self.deadline.seconds_left(), 1)
        self.tell(STARTED, chains=len(plans), languages=languages, deadline_seconds=seconds)
        self.take_in()
        if self.gathered.pages and not self.deadline.reason:
            self._look_up()
            self.take_in()

    def _start(self, languages: list[str], urgency: float) -> None:
        self.gathered.chains[self.threads.start(languages, urgency)] = ChainProgress(languages)

    def see_page(self, fetched: Fetched) -> None:
        """Tell of a page; ask for the languages on it that nobody has asked for."""
        super().see_page(fetched)
        if not self.gathered.chains[fetched.chain].languages:
            for language in unlisted(fetched.page["language"].to_pylist(), self._languages):
                self._languages[language] = 0
                self.tell(LANGUAGE, language=language)
                self._start([language], 0.0)

    def _look_up(self) -> None:
        share = self.order.settings.points_share * self.order.settings.cadence_seconds / 60
        points = max(int(POINTS_A_MINUTE * share) - self.points.points_used, 0)
        missing = self._expectation.missing(self.gathered.user_ids, points * IDS_A_CALL)
        for some in in_batches(missing, max(-(-len(missing) // LOOKUPS), IDS_A_CALL)):
            self.gathered.chains[self.threads.look_up(some)] = ChainProgress([], is_by_id=True)
