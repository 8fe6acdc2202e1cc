"""Keeps time: the clock that calls are given, the deadline by which they end, when silence is too long."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from math import inf

Now = Callable[[], datetime]
Sleep = Callable[[float], object]

# an outage of a few crawls or readings is no silence yet
SHORTEST_SILENCE, SILENT_TIMES = timedelta(hours=1), 3


def utc_now() -> datetime:
    """Return the present instant, naive UTC; only entry points call it."""
    return datetime.now(UTC).replace(tzinfo=None)


class OutOfTime(Exception):
    """The deadline has passed, or what it belongs to was called off; `reason` says which.

    `problem` is the error of the call that was still being repeated then, None if none was.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.problem: Exception | None = None


class Deadline:
    """The moment by which a piece of work is over, for all its threads.

    `reason` is "" while there is time, then why there is none: "deadline", or what `call_off` was told.
    `ahead` is how far the clock was ahead of the servers' when the work began, as far as they told.
    """

    def __init__(self, now: Now, sleep: Sleep | None = None, seconds: float = inf) -> None:
        """Take a clock (naive UTC), a way to sleep (default: until called off) and the seconds from now."""
        self.now, self.ahead = now, timedelta()
        self._began_at = now()
        self._ends_at = epoch_seconds(self._began_at) + seconds
        self._is_compared = False
        self._called_off = threading.Event()
        self._sleep = sleep or self._called_off.wait
        self._reason = ""

    @property
    def reason(self) -> str:
        """Why there is no time left, "" while there is."""
        return self._reason or ("" if self.seconds_left() > 0 else "deadline")

    def seconds_left(self) -> float:
        """Return the seconds until the deadline, 0 when it has passed or the work was called off."""
        if self._called_off.is_set():
            return 0.0
        return max(self._ends_at - epoch_seconds(self.now()), 0.0)

    def call_off(self, reason: str) -> None:
        """End the time now, and every sleep; the first reason counts."""
        if not self._called_off.is_set():
            self._reason = self.reason or reason
            self._called_off.set()

    def compare(self, date: str | None) -> None:
        """Compare the clock with an answer's `Date` header; the first one that can be read counts."""
        if self._is_compared or not date:
            return
        with suppress(ValueError):
            said = parsedate_to_datetime(date).astimezone(UTC).replace(tzinfo=None)
            # a clock that was set back meanwhile was ahead when the work began
            self.ahead, self._is_compared = max(self.now(), self._began_at) - said, True

    def check(self) -> None:
        """Raise OutOfTime when there is no time left."""
        if reason := self.reason:
            raise OutOfTime(reason)

    def sleep(self, seconds: float) -> None:
        """Sleep, or raise OutOfTime at once when the deadline would pass meanwhile."""
        if seconds >= self.seconds_left():
            raise OutOfTime(self.reason or "deadline")
        self._sleep(seconds)
        self.check()


def longest_silence(cadence: timedelta) -> timedelta:
    """Return after how long without news something is wrong with what is asked once in a cadence."""
    return max(SHORTEST_SILENCE, SILENT_TIMES * cadence)


def epoch_seconds(moment: datetime) -> float:
    """Return the seconds since 1970 of a naive UTC moment."""
    return moment.replace(tzinfo=UTC).timestamp()
