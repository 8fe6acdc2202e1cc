"""Broadcasts: where they begin and end, how a dropped connection splits them."""

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest

from simulator.truth.schedule import airings
from simulator.truth.world import World, to_datetime, to_second

BEGIN = to_second(datetime(2026, 10, 1))
DAY = 86_400


@pytest.fixture(scope="module")
def small() -> World:
    return World(seed=2, streamers=40)


def test_a_stream_is_live_from_its_first_second_up_to_but_not_at_its_end(small):
    streamer = next(one for one in small.streamers if len(one.weekdays) == 7)
    for airing in small.airings(streamer, BEGIN, BEGIN + 5 * DAY):
        moments = (airing.start - 1, airing.start, airing.end - 1, airing.end)
        live = [{stream.stream_id for stream in small.live(to_datetime(moment))} for moment in moments]
        assert [airing.stream_id in ids for ids in live] == [False, True, True, False]


@pytest.mark.parametrize("minutes", [20, 60, 110, 180, 300, 840])
def test_a_dropped_connection_leaves_whole_airings_in_order(small, minutes):
    streamer = replace(next(one for one in small.streamers if not one.is_always_on), typical_minutes=minutes)
    plans = [airings(1, streamer, small.games, day) for day in range(18_000, 22_000)]
    lengths = [airing.end - airing.start for plan in plans for airing in plan]
    pauses = [after.start - before.end for plan in plans for before, after in pairwise(plan)]
    assert min(lengths) >= 60 and min(pauses, default=20) >= 20 and max(pauses, default=0) < 480
    assert bool(pauses) == (minutes >= 110)


def test_an_airing_starts_with_few_viewers_and_moves_smoothly(small):
    popular = max(small.streamers, key=lambda one: one.popularity * (not one.is_always_on))
    whole = [
        airing
        for airing in small.airings(popular, BEGIN, BEGIN + 30 * DAY)
        if airing.start == airing.origin and airing.end - airing.start > 4 * 3600
    ]
    rises = 0
    for airing in whole:
        counts = [airing.viewers(second) for second in range(airing.start, airing.end, 60)]
        rises += max(counts) > 1.5 * counts[0]
        assert all(abs(two - one) <= 1 + 0.1 * max(counts) for one, two in pairwise(counts))
    assert rises > len(whole) / 2


def test_a_count_is_held_for_a_minute_from_the_streams_start(small):
    airing = next(small.airings(small.streamers[0], BEGIN, BEGIN + 7 * DAY))
    for minute in range(airing.start, airing.end - 60, 60):
        assert airing.viewers(minute) == airing.viewers(minute + 59)
