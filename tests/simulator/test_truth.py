"""The exact truth agrees with what is live, second by second, in any world."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.truth.world import World, to_datetime, to_second

MOST_SECONDS = 48 * 3600
SECOND = timedelta(seconds=1)

worlds = st.builds(World, seed=st.integers(0, 10_000), streamers=st.integers(1, 60))
instants = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(microsecond=0))
lengths = st.integers(1, 4 * 86_400).map(lambda seconds: timedelta(seconds=seconds))


def test_truth_is_the_sum_of_what_is_live_each_second():
    world, start = World(streamers=60), datetime(2026, 10, 7, 19, 59, 30)
    end = start + timedelta(minutes=50)
    seconds, watched = Counter(), Counter()
    for offset in range(3_000):
        for stream in world.live(start + offset * SECOND):
            seconds[stream.streamer_id, stream.stream_id, stream.game_id] += 1
            watched[stream.streamer_id] += stream.viewers
    truth = world.truth(start, end)
    spans = Counter()
    for interval in truth.intervals:
        spans[interval.streamer_id, interval.stream_id, interval.game_id] += interval.seconds
    assert spans == seconds
    assert {who: count for who, count in truth.viewer_seconds.items() if count} == +watched


def test_hours_are_the_seconds_divided_by_3600():
    world = World(streamers=20)
    truth = world.truth(datetime(2026, 10, 1), datetime(2026, 10, 8))
    who = next(iter(truth.seconds_broadcast))
    assert truth.hours_broadcast(who) == truth.seconds_broadcast[who] / 3600
    assert truth.hours_watched(who) == truth.viewer_seconds[who] / 3600
    assert truth.hours_broadcast("nobody") == 0.0


def test_a_title_change_starts_no_new_interval_and_a_game_change_does():
    intervals = World(streamers=60).truth(datetime(2026, 10, 1), datetime(2026, 10, 8)).intervals
    same_stream = [(one, two) for one, two in pairwise(intervals) if one.stream_id == two.stream_id]
    assert same_stream
    assert all(one.ended_at == two.started_at and one.game_id != two.game_id for one, two in same_stream)


@given(worlds, instants)
@settings(max_examples=40, deadline=None)
def test_what_is_live_is_in_the_truth_of_that_second(world, at):
    live = {
        (stream.streamer_id, stream.stream_id, stream.game_id, stream.viewers) for stream in world.live(at)
    }
    truth = {
        (interval.streamer_id, interval.stream_id, interval.game_id, interval.viewer_seconds)
        for interval in world.truth(at, at + SECOND).intervals
    }
    assert live == truth


@given(worlds, instants)
@settings(max_examples=40, deadline=None)
def test_a_streamer_has_one_stream_at_a_time_with_no_fewer_than_no_viewers(world, at):
    live = world.live(at)
    assert len({stream.streamer_id for stream in live}) == len(live)
    assert len({stream.stream_id for stream in live}) == len(live)
    assert len({stream.login for stream in live}) == len(live)
    assert len({stream.position for stream in live}) == len(live)
    assert all(stream.viewers >= 0 and stream.started_at <= at for stream in live)


@given(worlds, instants)
@settings(max_examples=25, deadline=None)
def test_airings_never_overlap_and_none_is_longer_than_48_hours(world, at):
    begin = to_second(at)
    for streamer in world.streamers:
        own = list(world.airings(streamer, begin, begin + 10 * 86_400))
        assert all(0 < airing.end - airing.start < MOST_SECONDS for airing in own)
        assert all(before.end < after.start for before, after in pairwise(own))


@given(worlds, instants, lengths, lengths)
@settings(max_examples=25, deadline=None)
def test_truth_adds_up_over_adjacent_windows(world, start, first, second):
    middle, end = start + first, start + first + second
    whole = world.truth(start, end)
    halves = world.truth(start, middle), world.truth(middle, end)
    for measure in ("seconds_broadcast", "viewer_seconds"):
        parts = Counter()
        for half in halves:
            parts.update(getattr(half, measure))
        assert parts == Counter(getattr(whole, measure))


@given(worlds, instants, st.integers(1, 400))
@settings(max_examples=25, deadline=None)
def test_followers_are_never_negative_and_logins_are_unique(world, at, days):
    later = at + timedelta(days=days)
    assert all(world.followers(streamer.id, later) >= 0 for streamer in world.streamers)
    logins = {streamer.names(to_second(later))[0] for streamer in world.streamers}
    assert len(logins) == len(world.streamers)


@given(st.integers(0, 4_000_000_000))
def test_epoch_seconds_and_instants_are_the_same_thing(second):
    assert to_second(to_datetime(second)) == second


@given(worlds, instants)
@settings(max_examples=20, deadline=None)
def test_a_stream_id_leads_back_to_its_airing(world, at):
    for stream in world.live(at):
        airing = world.airing(stream.stream_id)
        assert airing is not None and airing.streamer.id == stream.streamer_id
    assert world.airing("12345678901234") is None
