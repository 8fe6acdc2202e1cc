"""Tests of the budget: crawl and enrichment stay under their share, and the crawl finds its bucket full."""

from datetime import datetime, timedelta
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.client.bucket import RESERVE_SHARE, SPILLING_SHARE
from ingestion.client.budget import QUIET, Budget, MeteredPacer, budget_of, window_at
from ingestion.client.pacing import Pacer
from ingestion.clock import Deadline, OutOfTime
from tests.ingestion.loopback import Clock

POINTS_A_MINUTE = 800
NOON = datetime(2026, 3, 1, 12)
moments = st.datetimes(NOON - timedelta(days=1), NOON + timedelta(days=1))
cadences = st.integers(1, 60).map(lambda minutes: minutes * 60)


@given(moments, moments, cadences)
def test_a_moment_lies_in_its_window_and_windows_follow_the_newest_crawl(now, crawled_at, cadence):
    window = window_at(now, crawled_at, cadence)
    assert window.next_crawl - window.start == timedelta(seconds=cadence)
    assert (window.start - crawled_at) % timedelta(seconds=cadence) == timedelta(0)
    assert now < window.next_crawl
    assert window.start <= max(now, crawled_at)


@given(moments, cadences, st.integers(0, 100_000), st.floats(0.01, 1))
def test_what_was_spent_and_what_is_left_never_exceed_the_share(crawled_at, cadence, spent, share):
    budget = budget_of(
        window_at(crawled_at, crawled_at, cadence), points_a_minute=POINTS_A_MINUTE, spent=spent, share=share
    )
    allowed = POINTS_A_MINUTE * cadence / 60 * share
    assert budget.points >= 0
    assert budget.points == 0 or spent + budget.points <= allowed
    assert spent + budget.points > allowed - 1 or spent > allowed


@given(moments, cadences)
def test_enrichment_is_over_early_enough_for_its_last_points_to_be_refilled(crawled_at, cadence):
    window = window_at(crawled_at, crawled_at, cadence)
    budget = budget_of(window, points_a_minute=POINTS_A_MINUTE, spent=0, share=1)
    assert window.next_crawl - budget.until == QUIET
    assert QUIET.total_seconds() * POINTS_A_MINUTE / 60 >= POINTS_A_MINUTE * (SPILLING_SHARE + RESERVE_SHARE)
    assert budget.seconds_left(crawled_at) == cadence - QUIET.total_seconds()


def test_five_minutes_of_all_of_twitch_leave_two_thousand_points():
    window = window_at(NOON + timedelta(seconds=80), NOON, 300)
    assert budget_of(window, points_a_minute=POINTS_A_MINUTE, spent=960, share=0.8) == Budget(
        2240, NOON + timedelta(seconds=295)
    )


def test_without_a_crawl_for_long_each_cadence_has_a_budget_of_its_own():
    window = window_at(NOON + timedelta(minutes=62), NOON, 300)
    assert window.start == NOON + timedelta(minutes=60)


def metered(points: float, *, is_crawling: bool = False) -> MeteredPacer:
    clock = Clock(NOON)
    return MeteredPacer(Pacer(clock.now, clock.sleep), points, lambda: is_crawling)


@given(st.integers(0, 20), st.integers(0, 30))
def test_no_turn_is_given_beyond_the_points(points, wanted):
    pacer = metered(points)
    given_ = 0
    for _ in range(wanted):
        try:
            with pacer.turn():
                given_ += 1
        except OutOfTime as end:
            assert end.reason == "points"
    assert given_ == pacer.points_used == min(points, wanted)


def test_a_running_crawl_has_the_bucket_to_itself():
    pacer = metered(inf, is_crawling=True)
    with pytest.raises(OutOfTime, match="a crawl is running"), pacer.turn():
        raise AssertionError("a turn was given")
    assert pacer.points_used == 0


def test_a_turn_that_the_deadline_denies_costs_no_point():
    clock = Clock(NOON)
    deadline = Deadline(clock.now, clock.sleep, 1)
    pacer = MeteredPacer(Pacer(deadline.now, deadline.sleep, spacing_seconds=5), 10, lambda: False)
    with pacer.turn():
        pass
    with pytest.raises(OutOfTime, match="deadline"), pacer.turn():
        raise AssertionError("a turn was given")
    assert pacer.points_used == 1


def test_a_call_that_fails_has_cost_its_point():
    pacer = metered(1)
    with pytest.raises(KeyError), pacer.turn():
        raise KeyError
    assert pacer.points_used == 1


def test_what_waits_is_seen_even_when_nothing_may_be_spent():
    assert [Budget(points, NOON).most_calls for points in (0, 1, 50)] == [1, 1, 50]
