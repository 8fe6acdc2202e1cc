"""Knows how many points a server's rate limit holds, from the headers of its answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

LONGEST_WAIT_SECONDS = 60.0
REFILL_SECONDS = 60.0
RESERVE_POINTS, RESERVE_SHARE = 5, 1 / 160
# Enough for the calls that wait for their answers while the bucket refills.
SPILLING_SHARE = 1 / 50
DRIFT_SECONDS, PROOF_SECONDS, PROMPT_SECONDS = 2.5, 6.0, 1.0


class Names(NamedTuple):
    """What the three headers are called."""

    limit: str
    remaining: str
    reset: str


RATELIMIT = Names("Ratelimit-Limit", "Ratelimit-Remaining", "Ratelimit-Reset")


class Limits(NamedTuple):
    """The three headers: points a minute, points left, epoch seconds at which the bucket is full."""

    limit: int
    remaining: int
    reset: int

    @classmethod
    def of(cls, headers: Mapping[str, str], names: Names) -> Self | None:
        """Return what the headers of an answer say, None when they are absent (400, 401) or make no sense."""
        limit, remaining, reset = (_number(headers, name) for name in names)
        if not limit or remaining is None or reset is None:
            return None
        return cls(limit, remaining, reset)


def reset_of(headers: Mapping[str, str], names: Names) -> int | None:
    """Return the epoch second at which an answer says that the bucket is full again, None if it does not."""
    return _number(headers, names.reset)


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else None


class Refill:
    """Tells a bucket that refills steadily from one that is filled up at its reset.

    The steady bucket's reset and points left are tied: reset - now + points left in minutes stays the
    same, whatever is used and by whom. With the other kind it falls with every second and point.
    """

    def __init__(self) -> None:
        self.is_steady = False
        self._first: tuple[float, float, float] | None = None

    def observe(self, now: float, limits: Limits) -> None:
        """Take in a prompt answer's limits."""
        left = REFILL_SECONDS * limits.remaining / limits.limit
        constant = limits.reset - now + left
        if self._first is None or abs(constant - self._first[0]) > DRIFT_SECONDS:
            self._first, self.is_steady = (constant, now, left), False
        elif abs(now - self._first[1] + self._first[2] - left) >= PROOF_SECONDS:
            self.is_steady = True


@dataclass(frozen=True)
class BucketReading:
    """What the newest answer said, when, and how many calls had been answered before it was asked."""

    limits: Limits
    seen_at: float
    answered_before: int

    @property
    def reserve(self) -> int:
        """Points that are never used, for whoever else uses the bucket."""
        return min(RESERVE_POINTS, int(self.limits.limit * RESERVE_SHARE))

    @property
    def spilling_above(self) -> int:
        """Points that are left alone by who uses only what would spill."""
        limit = self.limits.limit
        return limit - self.reserve - max(int(limit * SPILLING_SHARE), 1)

    @property
    def points_a_second(self) -> float:
        """The refill of a steady bucket."""
        return self.limits.limit / REFILL_SECONDS

    def points(self, now: float, sent: int, *, is_steady: bool) -> float:
        """Return the least number of points there can be, with `sent` calls sent so far.

        Every call that the answer may not have counted yet is taken for one that it has not.
        """
        elapsed = max(now - self.seen_at, 0.0) if is_steady else 0.0
        missing = self.limits.limit - self.limits.remaining
        return self._most(sent) - max(missing - elapsed * self.points_a_second, 0.0)

    def seconds_until(self, points: float, now: float, sent: int) -> float | None:
        """Return when a steady bucket holds so many points for certain; None: not before an answer comes."""
        if points > self._most(sent):
            return None
        return (points - self.points(now, sent, is_steady=True)) / self.points_a_second

    def _most(self, sent: int) -> int:
        return self.limits.limit - (sent - self.answered_before - 1) - self.reserve
