"""Lets calls of many threads out no faster than the server's rate limit allows."""

import threading
from bisect import bisect_left, insort
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Protocol

import requests

from ingestion.client.bucket import (
    LONGEST_WAIT_SECONDS,
    PROMPT_SECONDS,
    RATELIMIT,
    BucketReading,
    Limits,
    Names,
    Refill,
    reset_of,
)
from ingestion.clock import Now, Sleep, epoch_seconds

PROBE_SECONDS = 1.0
SHORTEST_WAIT_SECONDS = 0.001


@dataclass(frozen=True)
class Turn:
    """The right to send one call, and what was known when it was given."""

    number: int
    at: float
    answered_before: int


class Points(Protocol):
    """What counts the points of a rate limit."""

    @property
    def points_used(self) -> int:
        """Points of the rate limit used so far."""

    @property
    def points_left(self) -> int | None:
        """Points that are left for certain, None while nothing is known."""


class Turns(Points, Protocol):
    """What lets calls out one by one: a pacer, or what stands between it and a client."""

    def turn(self, urgency: float = 0.0) -> AbstractContextManager[Turn]:
        """Wait for the right to send one call; of those that wait the most urgent goes first."""

    def observe(self, turn: Turn, response: requests.Response) -> None:
        """Learn from the headers of a call's answer."""


class Pacer:
    """Hands out turns so that the server never has to refuse a call; shared by all that share its bucket.

    Nothing known, or the newest answer was a 429: one call goes out, and the others wait for its
    answer. A bucket known to refill steadily is used to its last points, then at its refill rate. Any
    other is used freely down to its half; what is left then is spread over the time to its reset.

    A sparing pacer takes only what the bucket would spill, at its refill rate: of a steady one the topmost
    points, of any other the upper half.

    Where the rate is told, calls to a server that says nothing of its bucket keep to it, and wait for no
    answer.
    """

    def __init__(
        self,
        now: Now,
        sleep: Sleep,
        *,
        spacing_seconds: float = 0.0,
        is_sparing: bool = False,
        names: Names = RATELIMIT,
        is_told: bool = False,
    ) -> None:
        """Take the clock, the way to sleep, the least seconds between two calls, and the names of headers."""
        self._now, self._sleep, self._spacing = now, sleep, spacing_seconds
        self._is_sparing, self._is_told, self._names = is_sparing, is_told, names
        self._changed = threading.Condition()
        self._arrivals = count()
        self._waiting: list[tuple[float, int]] = []
        self._refill = Refill()
        self._reading: BucketReading | None = None
        self._heard = self._sent = self._answered = 0
        self._last_turn = self._refused_until = float("-inf")

    @property
    def points_used(self) -> int:
        """Calls sent so far at one point each, repeated calls included."""
        return self._sent

    @property
    def points_left(self) -> int | None:
        """Points that are left for certain, None while nothing is known."""
        with self._changed:
            if self._reading is None:
                return None
            now = epoch_seconds(self._now())
            return max(int(self._reading.points(now, self._sent, is_steady=self._refill.is_steady)), 0)

    @contextmanager
    def turn(self, urgency: float = 0.0) -> Iterator[Turn]:
        """Wait for the right to send one call; of those that wait the most urgent goes first."""
        turn = self._wait(urgency)
        try:
            yield turn
        finally:
            with self._changed:
                self._answered += 1
                self._changed.notify_all()

    def observe(self, turn: Turn, response: requests.Response) -> None:
        """Learn from the headers of a call's answer; one without them (400, 401) teaches nothing."""
        headers = response.headers
        limits, reset = Limits.of(headers, self._names), reset_of(headers, self._names)
        with self._changed:
            now = epoch_seconds(self._now())
            if response.status_code == 429 and reset is not None:
                self._refused_until = now + min(max(reset - now, 0.0), LONGEST_WAIT_SECONDS)
                self._reading, self._heard = None, self._sent
            elif limits and turn.number >= self._heard:
                self._reading, self._heard = BucketReading(limits, now, turn.answered_before), turn.number
                if now - turn.at <= PROMPT_SECONDS:
                    self._refill.observe(now, limits)
            self._changed.notify_all()

    def _wait(self, urgency: float) -> Turn:
        """Wait by the clock if first in line, otherwise for something to change, until there is a turn."""
        place = (-urgency, next(self._arrivals))
        with self._changed:
            insort(self._waiting, place)
        try:
            while True:
                with self._changed:
                    now, rank = epoch_seconds(self._now()), bisect_left(self._waiting, place)
                    seconds = self._seconds_to_wait(now, rank)
                    if seconds is not None and seconds <= 0:
                        return self._give(now)
                    if (rank or seconds is None) and (self._is_changed() or self._waiting[0] != place):
                        continue
                    if seconds is None:
                        return self._give(now)
                self._sleep(max(seconds, SHORTEST_WAIT_SECONDS))
        finally:
            with self._changed:
                self._waiting.remove(place)
                self._changed.notify_all()

    def _is_changed(self) -> bool:
        """Wait a while for a change; False when there was none, and no other call has gone out meanwhile."""
        sent = self._sent
        return self._changed.wait(PROBE_SECONDS) or self._sent != sent

    def _give(self, now: float) -> Turn:
        turn = Turn(self._sent, now, self._answered)
        self._sent += 1
        self._last_turn = now
        return turn

    def _seconds_to_wait(self, now: float, rank: int) -> float | None:
        """Return the seconds until the turn of the `rank`th that waits, None: until an answer comes."""
        self._last_turn = min(self._last_turn, now)  # a clock that is set back holds no call up
        if self._refused_until - now > LONGEST_WAIT_SECONDS:
            self._refused_until = now
        if now < self._refused_until:
            return self._refused_until - now
        spaced = self._last_turn + self._spacing * (rank + 1) - now
        reading = self._reading
        if reading is None:
            is_free = self._is_told or self._sent == self._answered
            return spaced if is_free and rank == 0 else None
        if self._is_sparing:
            spaced = max(spaced, self._last_turn + (rank + 1) / reading.points_a_second - now)
        if self._refill.is_steady:
            kept = reading.spilling_above if self._is_sparing else 0
            filled = reading.seconds_until(kept + 1 + rank, now, self._sent)
            return None if filled is None else max(spaced, filled)
        points = reading.points(now, self._sent, is_steady=False)
        to_reset = min(reading.limits.reset - now, LONGEST_WAIT_SECONDS)
        if to_reset <= 0:
            self._reading = None
            return self._seconds_to_wait(now, rank)
        is_half_full = points * 2 >= reading.limits.limit
        if points < 1 or (self._is_sparing and not is_half_full):
            return to_reset if self._sent == self._answered else None
        if is_half_full:
            return spaced
        return max(spaced, self._last_turn + to_reset / points * (rank + 1) - now)


class CountedTurns:
    """The turns of a pacer, counted for each thread that takes them."""

    def __init__(self, turns: Turns) -> None:
        self._turns, self._of_thread = turns, _OfThread()

    @property
    def sent(self) -> int:
        """Calls that this thread has sent so far, repeated calls included."""
        return self._of_thread.sent

    @property
    def points_used(self) -> int:
        """Points that all threads have used so far."""
        return self._turns.points_used

    @property
    def points_left(self) -> int | None:
        """Points that are left for certain, None while nothing is known."""
        return self._turns.points_left

    @contextmanager
    def turn(self, urgency: float = 0.0) -> Iterator[Turn]:
        """Wait for the right to send one call, and count it."""
        with self._turns.turn(urgency) as turn:
            self._of_thread.sent += 1
            yield turn

    def observe(self, turn: Turn, response: requests.Response) -> None:
        """Learn from the headers of a call's answer."""
        self._turns.observe(turn, response)


class _OfThread(threading.local):
    sent = 0
