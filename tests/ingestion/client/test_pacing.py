"""Tests of the pacer against buckets that really empty."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.client.bucket import RESERVE_POINTS, BucketReading, Limits
from ingestion.client.pacing import CountedTurns, Pacer
from ingestion.clock import epoch_seconds
from tests.ingestion.loopback import Clock

LIMIT = 800
START = datetime(2026, 3, 1)


class SteadyBucket:
    """Refills at a steady rate; the reset is when it would be full."""

    def __init__(self, clock: Clock, points: float = LIMIT) -> None:
        self.clock, self.points, self.at = clock, points, epoch_seconds(clock.now())

    def call(self) -> requests.Response:
        now = epoch_seconds(self.clock.now())
        self.points = min(LIMIT, self.points + (now - self.at) * LIMIT / 60)
        self.at = now
        assert self.points >= 1, "the call would have been refused"
        self.points -= 1
        return _response(int(self.points), now + (LIMIT - self.points) * 60 / LIMIT)


class WindowBucket:
    """Is full again all at once, a minute after its first call."""

    def __init__(self, clock: Clock, points: float = LIMIT) -> None:
        self.clock, self.points, self.reset = clock, points, epoch_seconds(clock.now()) + 60

    def call(self) -> requests.Response:
        now = epoch_seconds(self.clock.now())
        if now >= self.reset:
            self.points, self.reset = LIMIT, now + 60
        assert self.points >= 1, "the call would have been refused"
        self.points -= 1
        return _response(int(self.points), self.reset)


def _response(remaining: int, reset: float, status: int = 200) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers["Ratelimit-Limit"] = str(LIMIT)
    response.headers["Ratelimit-Remaining"] = str(remaining)
    response.headers["Ratelimit-Reset"] = str(int(-(-reset // 1)))
    return response


def _spend(make_bucket: Callable, calls: int, call_seconds: float, points: int) -> float:
    clock = Clock(START)
    pacer, bucket = Pacer(clock.now, clock.sleep), make_bucket(clock, points)
    for _ in range(calls):
        with pacer.turn() as turn:
            response = bucket.call()
            clock.sleep(call_seconds)
            pacer.observe(turn, response)
    assert pacer.points_used == calls
    return epoch_seconds(clock.now()) - epoch_seconds(START)


@pytest.mark.parametrize("make_bucket", [SteadyBucket, WindowBucket])
@settings(deadline=None)
@given(call_seconds=st.floats(0, 0.3), points=st.integers(1, LIMIT), calls=st.integers(1, 300))
def test_no_call_is_ever_refused(make_bucket: Callable, call_seconds: float, points: int, calls: int):
    _spend(make_bucket, calls, call_seconds, points)


@pytest.mark.parametrize("make_bucket", [SteadyBucket, WindowBucket])
def test_a_thousand_fast_calls_use_the_whole_budget_without_a_refusal(make_bucket: Callable):
    assert _spend(make_bucket, 2400, 0.01, LIMIT) <= 2400 / LIMIT * 60 * 1.1


@pytest.mark.parametrize(("make_bucket", "least"), [(SteadyBucket, 0.95 * LIMIT), (WindowBucket, LIMIT // 2)])
@settings(deadline=None)
@given(call_seconds=st.floats(0, 0.3), points=st.integers(1, LIMIT))
def test_a_sparing_pacer_leaves_a_full_bucket_full(make_bucket, least, call_seconds, points):
    clock = Clock(START)
    pacer, bucket = Pacer(clock.now, clock.sleep, is_sparing=True), make_bucket(clock, points)
    for _ in range(200):
        with pacer.turn() as turn:
            response = bucket.call()
            assert bucket.points >= min(least, points - 1) - 1
            clock.sleep(call_seconds)
            pacer.observe(turn, response)


def test_a_sparing_pacer_uses_all_that_is_refilled():
    clock = Clock(START)
    pacer, bucket = Pacer(clock.now, clock.sleep, is_sparing=True), SteadyBucket(clock, 1)
    for _ in range(LIMIT):
        with pacer.turn() as turn:
            pacer.observe(turn, bucket.call())
    assert 119 <= epoch_seconds(clock.now()) - epoch_seconds(START) <= 122


def test_calls_go_out_at_once_while_half_of_the_bucket_is_left(clock: Clock):
    pacer, bucket = Pacer(clock.now, clock.sleep), SteadyBucket(clock)
    for _ in range(LIMIT // 2):
        with pacer.turn() as turn:
            pacer.observe(turn, bucket.call())
    assert clock.slept == []


def _call(pacer: Pacer, response: requests.Response | None = None) -> None:
    with pacer.turn() as turn:
        if response is not None:
            pacer.observe(turn, response)


def test_an_empty_bucket_is_waited_for(clock: Clock):
    pacer = Pacer(clock.now, clock.sleep)
    _call(pacer, _response(0, epoch_seconds(clock.now()) + 25))
    _call(pacer)
    assert 25 <= sum(clock.slept) <= 26


def test_a_steady_bucket_is_used_to_its_last_points_at_once(clock: Clock):
    pacer, bucket = Pacer(clock.now, clock.sleep), SteadyBucket(clock)
    for _ in range(LIMIT - RESERVE_POINTS):
        with pacer.turn() as turn:
            pacer.observe(turn, bucket.call())
    assert sum(clock.slept) < 0.1


def test_a_bucket_that_somebody_else_empties_is_not_overdrawn(clock: Clock):
    pacer, bucket = Pacer(clock.now, clock.sleep), SteadyBucket(clock)
    for number in range(1500):
        with pacer.turn() as turn:
            if number % 3 == 0 and bucket.points > 5:
                bucket.call()
            pacer.observe(turn, bucket.call())
        clock.sleep(0.02)


def test_after_a_429_nothing_goes_out_before_the_reset(clock: Clock):
    pacer = Pacer(clock.now, clock.sleep)
    reset = epoch_seconds(clock.now()) + 25
    _call(pacer, _response(0, reset, status=429))
    _call(pacer)
    assert reset <= epoch_seconds(clock.now()) <= reset + 1.1


def test_spaced_calls_keep_their_distance(clock: Clock):
    pacer = Pacer(clock.now, clock.sleep, spacing_seconds=0.27)
    for _ in range(5):
        _call(pacer)
    assert clock.slept == pytest.approx([0.27] * 4)


def test_calls_at_a_told_rate_wait_for_no_answer(clock: Clock):
    pacer = CountedTurns(Pacer(clock.now, clock.sleep, spacing_seconds=0.27, is_told=True))
    with pacer.turn(), pacer.turn(), pacer.turn():
        assert clock.slept == pytest.approx([0.27] * 2)
    assert pacer.sent == pacer.points_used == 3
    with ThreadPoolExecutor(1) as another:
        assert another.submit(lambda: (pacer.sent, pacer.points_used)).result() == (0, 3)


def test_headers_without_sense_change_nothing(clock: Clock):
    pacer = Pacer(clock.now, clock.sleep)
    response = _response(0, 0)
    response.headers["Ratelimit-Reset"] = "soon"
    _call(pacer, response)
    _call(pacer)
    assert (clock.slept, pacer.points_left) == ([], None)


def test_the_last_points_of_an_unknown_kind_of_bucket_are_spread_over_the_time_to_its_reset(clock: Clock):
    pacer = Pacer(clock.now, clock.sleep)
    _call(pacer, _response(10 + RESERVE_POINTS, epoch_seconds(clock.now()) + 20))
    started = epoch_seconds(clock.now())
    for _ in range(3):
        _call(pacer)
    assert 5.5 <= epoch_seconds(clock.now()) - started <= 7


def test_a_clock_that_is_set_back_holds_no_call_up(clock: Clock):
    pacer = Pacer(clock.now, clock.sleep, spacing_seconds=0.27)
    _call(pacer, _response(0, epoch_seconds(clock.now()) + 30, status=429))
    clock.sleep(-3600)
    clock.slept.clear()
    _call(pacer)
    assert sum(clock.slept) <= 0.27


def test_when_as_many_calls_are_under_way_as_the_bucket_holds_an_answer_is_waited_for_not_the_clock():
    reading = BucketReading(Limits(limit=20, remaining=17, reset=9), seen_at=0.0, answered_before=2)
    assert reading.seconds_until(1, now=1000.0, sent=23) is None
    assert reading.seconds_until(1, now=0.0, sent=22) == pytest.approx(9)
    assert reading.seconds_until(1, now=0.0, sent=4) < 0
