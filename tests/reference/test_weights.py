"""The rules of sample_seconds, each by a case worked by hand."""

from datetime import datetime, timedelta

import pytest

from tests.reference.definitions.periods import Calendar
from tests.reference.definitions.weights import crawl_seconds, observation_seconds, weighed_observations
from tests.reference.marts import marts
from tests.reference.worlds.small import crawl, live_world, observation
from tests.reference.worlds.world import World

NOON = 12 * 3600


def seconds(gap: int | None, started_ago: int | None, at: int = NOON, cadence: int = 300) -> int:
    previous = None if gap is None else at - gap
    started = None if started_ago is None else at - started_ago
    return observation_seconds(at, previous, cadence, started, day_start=0)


@pytest.mark.parametrize("started_ago", [None, 0, 90, 86400])
def test_rule_1_without_a_previous_crawl_an_observation_stands_for_one_cadence(started_ago):
    assert seconds(None, started_ago) == 300


@pytest.mark.parametrize("gap", [10, 300, 1050, 1051, 7200])
@pytest.mark.parametrize("earlier", [0, 1, 3600])
def test_rule_2_a_stream_live_all_through_stands_for_the_whole_gap(gap, earlier):
    assert seconds(gap, started_ago=gap + earlier) == gap


def test_rule_2_reaches_past_the_start_of_the_day_over_a_short_gap_alone():
    assert seconds(7200, started_ago=9000, at=3600) == 3600
    assert seconds(300, started_ago=9000, at=60) == 300
    assert seconds(1050, started_ago=9000, at=0) == 1050
    assert seconds(1051, started_ago=9000, at=0) == 0


@pytest.mark.parametrize("started_ago", [None, 5, 299])
def test_rule_3_a_short_gap_counts_in_full_and_crosses_midnight(started_ago):
    assert seconds(300, started_ago) == 300
    assert seconds(1050, started_ago) == 1050
    assert seconds(300, started_ago, at=60) == 300


def test_rule_3_ends_at_three_and_a_half_cadences():
    assert seconds(1050, started_ago=None) == 1050
    assert seconds(1051, started_ago=None) == 300
    assert seconds(262, started_ago=None, cadence=75) == 262
    assert seconds(263, started_ago=None, cadence=75) == 75


def test_rule_4_after_a_long_gap_a_new_stream_counts_from_its_start_and_half_a_cadence():
    assert seconds(7200, started_ago=600) == 600 + 150
    assert seconds(7200, started_ago=7199) == 7199 + 150
    assert seconds(7200, started_ago=600, cadence=75) == 600 + 37


def test_rule_4_a_start_after_the_crawl_counts_as_no_time_since():
    assert seconds(7200, started_ago=-20) == 150


def test_rule_5_after_a_long_gap_an_unknown_start_stands_for_one_cadence():
    assert seconds(7200, started_ago=None) == 300


def test_a_crawl_stands_for_its_gap_or_after_a_long_one_for_one_cadence():
    at = datetime(2019, 6, 15, 12)
    instants = [at, at + timedelta(seconds=310), at + timedelta(seconds=1360), at + timedelta(seconds=2411)]
    world = live_world([crawl(instant) for instant in instants], [])
    assert list(crawl_seconds(world).values()) == [300, 310, 1050, 300]


def test_an_incomplete_crawl_neither_counts_nor_shortens_a_gap():
    at = datetime(2019, 6, 15, 12)
    crawls = [
        crawl(at),
        crawl(at + timedelta(seconds=300), is_complete=False),
        crawl(at + timedelta(seconds=600)),
    ]
    world = live_world(crawls, [observation(one.observed_at, viewer_count=10) for one in crawls])
    result = marts(world)
    assert [row["sample_seconds"] for row in result["crawls"].values()] == [300, None, 600]
    assert result["rank_streamers"]["twitch", "day", at.date(), "7"]["hours_broadcast"] == 900 / 3600


def test_of_a_double_the_row_fetched_last_counts():
    at = datetime(2019, 6, 15, 12)
    doubles = [
        observation(at, viewer_count=viewers, position=position)
        for viewers, position in ((9, 2), (4, 7), (5, 1))
    ]
    result = marts(live_world([crawl(at)], doubles))
    assert result["live_now"]["twitch", "s1"]["viewer_count"] == 4
    assert result["crawls"]["twitch", at]["streams"] == 1


def test_of_two_streams_of_one_streamer_the_newest_counts():
    at = datetime(2019, 6, 15, 12)
    older = observation(at, stream_id="s1", viewer_count=90, started_at=at - timedelta(hours=5))
    newer = observation(at, stream_id="s2", viewer_count=3, started_at=at - timedelta(hours=1))
    result = marts(live_world([crawl(at)], [newer, older]))
    assert set(result["live_now"]) == {("twitch", "s2")}
    assert result["crawls"]["twitch", at]["streams"] == 2
    assert result["monthly_activity"]["twitch", at.date().replace(day=1)]["peak_viewers"] == 3


def test_the_start_of_the_day_is_the_time_zones_own():
    at = datetime(2019, 6, 15, 4, 10)
    crawls = [crawl(at - timedelta(hours=1)), crawl(at)]
    rows = [observation(one.observed_at, started_at=at - timedelta(hours=9)) for one in crawls]
    world = live_world(crawls, rows)
    assert _weights(world, "UTC") == [300, 3600]
    assert _weights(world, "America/New_York") == [300, 600]


def _weights(world: World, timezone: str) -> list[int]:
    calendar = Calendar(timezone, crawl_seconds(world), is_imported=False)
    return [one.sample_seconds for one in weighed_observations(world, calendar)]
