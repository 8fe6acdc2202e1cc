"""Works out what enrichment may spend before the next crawl, and holds it to that.

Time is cut into windows of one cadence, from one crawl to the next that is due. Crawl and enrichment
together stay under a share of the platform's rate limit in each of them. Enrichment takes only what the
bucket would spill, so that a crawl finds it full whenever it starts.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import requests

from ingestion.client.pacing import Turn, Turns
from ingestion.clock import OutOfTime

# In that time the few points are refilled that enrichment takes at most from a full bucket.
QUIET = timedelta(seconds=5)


@dataclass(frozen=True)
class Window:
    """The time from a crawl to the next one that is due; naive UTC."""

    start: datetime
    next_crawl: datetime

    @property
    def ends_at(self) -> datetime:
        """When enrichment has to be over."""
        return self.next_crawl - QUIET


@dataclass(frozen=True)
class Budget:
    """What may be spent: Helix points, and until when (naive UTC)."""

    points: int
    until: datetime

    @property
    def most_calls(self) -> int:
        """How many calls to get ready: one even when no point is left, so that what waits is seen."""
        return max(self.points, 1)

    def seconds_left(self, now: datetime) -> float:
        """Return the seconds from `now` until it is over, 0 when it is."""
        return max((self.until - now).total_seconds(), 0.0)


def window_at(now: datetime, crawled_at: datetime, cadence_seconds: int) -> Window:
    """Return the window that `now` lies in, when the newest crawl was at `crawled_at`.

    Where crawls did not come when they were due, the windows go on at the cadence.
    """
    cadence = timedelta(seconds=cadence_seconds)
    start = crawled_at + max((now - crawled_at) // cadence, 0) * cadence
    return Window(start, start + cadence)


def budget_of(window: Window, *, points_a_minute: int, spent: int, share: float) -> Budget:
    """Return what is left of a window's points after `spent` of them, the crawl's included."""
    minutes = (window.next_crawl - window.start) / timedelta(minutes=1)
    return Budget(max(int(points_a_minute * minutes * share) - spent, 0), window.ends_at)


class MeteredPacer:
    """A pacer that gives no turn once the points are spent, or while a crawl is running."""

    def __init__(self, pacer: Turns, points: float, is_crawling: Callable[[], bool]) -> None:
        """Take the pacer of the bucket, how many turns it may give, and whether a crawl needs them."""
        self._pacer, self._points, self._is_crawling = pacer, points, is_crawling
        self._lock = threading.Lock()
        self._used = 0

    @property
    def points_used(self) -> int:
        """Turns given so far, one point each."""
        return self._used

    @property
    def points_left(self) -> int | None:
        """Points of the bucket, as `Pacer.points_left`."""
        return self._pacer.points_left

    @contextmanager
    def turn(self, urgency: float = 0.0) -> Iterator[Turn]:
        """Wait for the right to send one call.

        Raises:
            OutOfTime: the points are spent, or a crawl is running.
        """
        if self._is_crawling():
            raise OutOfTime("a crawl is running")
        with self._lock:
            if self._used >= self._points:
                raise OutOfTime("points")
            self._used += 1
        is_given = False
        try:
            with self._pacer.turn(urgency) as turn:
                is_given = True
                yield turn
        finally:
            if not is_given:
                with self._lock:
                    self._used -= 1

    def observe(self, turn: Turn, response: requests.Response) -> None:
        """Learn from an answer's headers, as `Pacer.observe`."""
        self._pacer.observe(turn, response)
