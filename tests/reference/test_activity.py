"""The marts of activity: months' leaders, hours and the streamers of the last days, worked by hand."""

from datetime import date, datetime, timedelta

import pytest

from tests.reference.definitions.activity import hourly_activity
from tests.reference.definitions.one_platform import Platform
from tests.reference.marts import marts
from tests.reference.worlds.small import PLATFORM, crawl, live_world, observation
from tests.reference.worlds.worked_example import worked_example
from tests.reference.worlds.world import Observation

NOON = datetime(2019, 6, 15, 12)
JUNE = date(2019, 6, 1)


def test_the_leaders_shares_are_parts_of_all_viewing():
    rows = [
        observation(NOON, streamer_id=str(index), stream_id=str(index), viewer_count=10 if index < 60 else 2)
        for index in range(150)
    ]
    month = marts(live_world([crawl(NOON)], rows))["monthly_activity"][PLATFORM, JUNE]
    assert month["top_100_share"] == (60 * 10 + 40 * 2) / (60 * 10 + 90 * 2)
    assert (month["top_1000_share"], month["top_10000_share"]) == (1, 1)


def test_a_month_without_viewers_has_no_leaders_shares():
    world = live_world([crawl(NOON)], [observation(NOON, viewer_count=0)])
    month = marts(world)["monthly_activity"][PLATFORM, JUNE]
    assert [month[f"top_{count}_share"] for count in (100, 1000, 10000)] == [None, None, None]


def test_an_hour_has_the_average_of_its_covered_time():
    crawls = [crawl(NOON + timedelta(minutes=minute)) for minute in (0, 5, 10, 55, 65)]
    rows = [observation(one.observed_at, viewer_count=30) for one in crawls[1:]]
    rows += [observation(NOON, streamer_id=name, stream_id=name, viewer_count=20) for name in ("8", "9")]
    hours = marts(live_world(crawls, rows))["hourly_activity"]
    assert set(hours) == {(PLATFORM, NOON), (PLATFORM, NOON + timedelta(hours=1))}
    assert hours[PLATFORM, NOON] == {
        "average_viewers": (3 * 30 + 2 * 20) / 4,
        "average_channels": 5 / 4,
        "peak_viewers": 40,
        "peak_channels": 2,
        "coverage": (300 + 300 + 300 + 300) / 3600,
    }
    assert hours[PLATFORM, NOON + timedelta(hours=1)]["coverage"] == 1


def test_an_hour_begins_with_the_utc_clock_in_every_time_zone():
    world = live_world([crawl(NOON - timedelta(seconds=1))], [observation(NOON - timedelta(seconds=1))])
    hours = marts(world, timezone="Asia/Kathmandu")["hourly_activity"]
    assert set(hours) == {(PLATFORM, NOON - timedelta(hours=1))}


def test_an_hour_that_has_only_just_begun_has_no_coverage():
    hours = marts(live_world([crawl(NOON)], []))["hourly_activity"]
    assert hours == {
        (PLATFORM, NOON): {
            "average_viewers": 0,
            "average_channels": 0,
            "peak_viewers": 0,
            "peak_channels": 0,
            "coverage": None,
        }
    }


def test_an_interval_over_the_full_hour_covers_its_part_of_both_hours():
    world = live_world([crawl(NOON + timedelta(seconds=seconds)) for seconds in (-10, 10, 3610)], [])
    hours = marts(world)["hourly_activity"]
    assert hours[PLATFORM, NOON - timedelta(hours=1)]["coverage"] == (300 + 10) / 3600
    assert hours[PLATFORM, NOON]["coverage"] == (10 + 290) / 3600
    assert hours[PLATFORM, NOON + timedelta(hours=1)]["coverage"] == 10 / 10


def _shown(at: datetime, index: int, name: str, game_id: str, viewers: int) -> Observation:
    stream_id = f"{name}{index}"
    return observation(at, streamer_id=name, stream_id=stream_id, game_id=game_id, viewer_count=viewers)


def test_everyone_of_the_last_days_is_listed_whatever_the_ranking_depth():
    crawls = [crawl(NOON + timedelta(days=day)) for day in (0, 20, 21)]
    shown = [(0, "7", "2", 90), (1, "7", "", 10), (1, "8", "1", 40), (2, "9", "1", 5)]
    rows = [_shown(crawls[index].observed_at, index, *what) for index, *what in shown]
    activity = marts(live_world(crawls, rows), ranking_depth=1)["streamer_activity"]
    assert {key[1:] for key in activity} == {
        (period, name) for period in ("last_7_days", "last_30_days", "last_90_days") for name in ("7", "8")
    }
    assert activity[PLATFORM, "last_7_days", "7"] == {
        "streamer_name": "Name7",
        "hours_broadcast": 300 / 3600,
        "hours_watched": 3000 / 3600,
        "average_viewers": 10,
        "peak_viewers": 10,
        "sessions": 1,
        "active_days": 1,
        "games_played": 1,
        "main_game": "(no category)",
    }
    longer = activity[PLATFORM, "last_30_days", "7"]
    assert [longer[name] for name in ("sessions", "active_days", "games_played")] == [2, 2, 2]
    assert (longer["average_viewers"], longer["peak_viewers"], longer["main_game"]) == (50, 90, "Game2")


def test_the_activity_of_the_worked_example():
    example = marts(worked_example())
    assert example["monthly_activity"]["history", date(2019, 1, 1)]["sessions"] == 5
    month = {key[3]: row for key, row in example["rank_streamers"].items() if key[1] == "month"}
    assert {name: row["sessions"] for name, row in month.items()} == {"ana": 2, "bo": 1, "cy": 1, "di": 1}
    week = example["streamer_activity"]["history", "last_7_days", "ana"]
    assert (week["sessions"], week["active_days"], week["games_played"]) == (2, 2, 2)
    hour = example["hourly_activity"]["history", datetime(2019, 1, 5, 10)]
    assert (hour["average_viewers"], hour["average_channels"], hour["coverage"]) == (105, 1.5, 1)


def test_the_sessions_of_the_worked_example():
    sessions = marts(worked_example())["sessions"]
    assert sorted(row["streamer_id"] for row in sessions.values()) == ["ana", "ana", "bo", "cy", "di"]
    (bo,) = (row for row in sessions.values() if row["streamer_id"] == "bo")
    assert (bo["started_at"], bo["ended_at"]) == (datetime(2019, 1, 5, 10, 30), datetime(2019, 1, 5, 11, 29))
    assert (bo["airtime_hours"], bo["duration_hours"], bo["hours_watched"]) == (1, 59 / 60, 10)


@pytest.mark.parametrize("seconds", [[0, 300, 650, 3599], [100, 4000, 4400, 7200, 7201], [3600, 7300, 7500]])
def test_the_hours_covered_seconds_are_counted_one_by_one(seconds):
    world = live_world([crawl(NOON + timedelta(seconds=second)) for second in seconds], [])
    platform = Platform(world, "UTC")
    covered = {
        second for at, sampled in platform.crawl_seconds.items() for second in range(at - sampled + 1, at + 1)
    }
    for (_, hour_at), row in hourly_activity(platform).items():
        hour = int((hour_at - datetime(1970, 1, 1)).total_seconds())
        end = min(hour + 3600, platform.calendar.newest)
        inside = sum(1 for second in covered if hour < second <= end)
        assert row["coverage"] == (inside / (end - hour) if end > hour else None)
