"""The follower base rule and the ranking by growth, each by a case worked by hand."""

from datetime import date, datetime, timedelta

import pytest

from tests.reference.definitions.followers import Growth, follower_readings, growth_of
from tests.reference.definitions.periods import Calendar, Period, period_of
from tests.reference.marts import marts
from tests.reference.worlds.small import PLATFORM, crawl, live_world, observation
from tests.reference.worlds.world import FollowerReading, HelixGame, HistoryRow, IgdbGame, World, epoch

UTC_CALENDAR = Calendar("UTC", {}, is_imported=False)
JUNE = period_of("month", date(2019, 6, 1))
DAY = 86400


def growth(
    period: Period, *readings: tuple[datetime, int], calendar: Calendar = UTC_CALENDAR
) -> Growth | None:
    return growth_of([(epoch(at), count) for at, count in readings], period, calendar)


def test_the_base_is_the_last_reading_before_the_period():
    found = growth(
        JUNE,
        (datetime(2019, 5, 20), 100),
        (datetime(2019, 5, 28), 200),
        (datetime(2019, 6, 3), 230),
        (datetime(2019, 6, 30, 23), 250),
        (datetime(2019, 7, 1), 999),
    )
    assert (found.base, found.last, found.gained) == (200, 250, 50)


@pytest.mark.parametrize(("seconds_before", "base"), [(7 * DAY, 200), (7 * DAY + 1, 230)])
def test_a_base_may_be_seven_days_older_than_a_long_period(seconds_before, base):
    before = datetime(2019, 6, 1) - timedelta(seconds=seconds_before)
    assert growth(JUNE, (before, 200), (datetime(2019, 6, 3), 230), (datetime(2019, 6, 4), 250)).base == base


@pytest.mark.parametrize(("seconds_before", "base"), [(DAY, 200), (DAY + 1, 230)])
def test_a_base_may_be_as_old_as_a_short_period_is_long(seconds_before, base):
    before = datetime(2019, 6, 1) - timedelta(seconds=seconds_before)
    day = period_of("day", date(2019, 6, 1))
    assert (
        growth(day, (before, 200), (datetime(2019, 6, 1, 3), 230), (datetime(2019, 6, 1, 4), 250)).base
        == base
    )


@pytest.mark.parametrize(("hours_before", "base"), [(23, 200), (24, 230)])
def test_a_short_day_of_daylight_saving_reaches_back_its_own_length(hours_before, base):
    berlin = Calendar("Europe/Berlin", {}, is_imported=False)
    start = datetime(2019, 3, 30, 23)
    readings = ((start - timedelta(hours=hours_before), 200), (start, 230), (start + timedelta(hours=1), 240))
    assert growth(period_of("day", date(2019, 3, 31)), *readings, calendar=berlin).base == base


def test_a_reading_at_the_start_is_inside_and_at_the_end_is_not():
    found = growth(JUNE, (datetime(2019, 6, 1), 200), (datetime(2019, 7, 1), 300))
    assert found == Growth(200, epoch(datetime(2019, 6, 1)), 200, epoch(datetime(2019, 6, 1)))


def test_no_reading_in_the_period_is_no_growth():
    assert growth(JUNE, (datetime(2019, 5, 31), 200), (datetime(2019, 7, 1), 300)) is None


def test_readings_without_a_count_are_none_and_at_one_instant_the_greatest_counts():
    at = datetime(2019, 6, 3)
    given = [(at, 5), (at, 9), (at, 7), (at + timedelta(hours=1), None)]
    readings = [FollowerReading(PLATFORM, "7", observed_at, count) for observed_at, count in given]
    assert follower_readings(live_world([], [], follower_readings=readings)) == {"7": [(epoch(at), 9)]}


def test_readings_of_files_are_the_rows_that_won_their_tick():
    start = epoch(datetime(2019, 6, 3))
    rows = [(0, 10), (59, 11), (60, None), (119, None), (120, 30), (121, None)]
    history = [HistoryRow("history", "ana", start + second, "Duel", 5, count) for second, count in rows]
    assert follower_readings(World("history", 60, history=history)) == {"ana": [(start, 11)]}


def _live_growth(*readings: tuple[str, datetime, int], min_follower_base: int = 100) -> dict[str, dict]:
    at = datetime(2019, 6, 15, 12)
    given = [FollowerReading(PLATFORM, streamer_id, *reading) for streamer_id, *reading in readings]
    world = live_world([crawl(at)], [observation(at)], follower_readings=given)
    rows = marts(world, min_follower_base=min_follower_base)["rank_follower_growth"]
    return {key[4]: row for key, row in rows.items() if key[1] == "month" and key[3] == "(all)"}


def test_losers_lose_and_ties_share_a_rank():
    first, last = datetime(2019, 6, 10), datetime(2019, 6, 20)
    counts = {"7": (200, 150), "8": (100, 150), "9": (1000, 1500), "10": (300, 310)}
    readings = [
        (name, at, count)
        for name, pair in counts.items()
        for at, count in zip((first, last), pair, strict=True)
    ]
    rows = _live_growth(*readings)
    assert {name: row["rank"] for name, row in rows.items()} == {"8": 1, "9": 1, "10": 3, "7": 4}
    assert {name: row["rank_by_gained"] for name, row in rows.items()} == {"9": 1, "8": 2, "10": 3, "7": 4}
    assert (rows["7"]["followers_gained"], rows["7"]["follower_growth"]) == (-50, -0.25)
    assert (rows["7"]["follower_base_at"], rows["7"]["follower_last_at"]) == (first, last)
    assert (rows["7"]["streamer_name"], rows["8"]["streamer_name"]) == ("Name7", "8")


def test_small_bases_and_single_readings_are_absent():
    first, last = datetime(2019, 6, 10), datetime(2019, 6, 20)
    readings = [("7", first, 99), ("7", last, 500), ("8", first, 500), ("9", first, 0), ("9", last, 5)]
    assert _live_growth(*readings) == {}
    assert set(_live_growth(*readings, min_follower_base=99)) == {"7"}
    assert set(_live_growth(*readings, min_follower_base=0)) == {"7"}


def test_a_single_reading_gains_nothing_and_none_is_null():
    at = datetime(2019, 6, 15, 12)
    readings = [FollowerReading(PLATFORM, "7", at, 40)]
    rows = [observation(at), observation(at, streamer_id="8", stream_id="s2")]
    result = marts(live_world([crawl(at)], rows, follower_readings=readings))["rank_streamers"]
    one, none = (result[PLATFORM, "day", at.date(), name] for name in ("7", "8"))
    assert (one["followers"], one["followers_gained"]) == (40, 0)
    assert (none["followers"], none["followers_gained"]) == (None, None)


@pytest.mark.parametrize(("fps_crawls", "is_listed"), [(2, False), (3, True)])
def test_primarily_means_more_than_half_of_all_airtime(fps_crawls, is_listed):
    start = datetime(2019, 6, 15, 12)
    crawls = [crawl(start + timedelta(seconds=300 * index)) for index in range(4 if fps_crawls == 2 else 5)]
    games = ["1"] * fps_crawls + ["unknown"] * 2
    rows = [observation(one.observed_at, game_id=game) for one, game in zip(crawls, games, strict=True)]
    world = live_world(
        crawls,
        rows,
        follower_readings=[
            FollowerReading(PLATFORM, "7", start, 100),
            FollowerReading(PLATFORM, "7", crawls[-1].observed_at, 110),
        ],
        helix_games=[HelixGame("1", "Game1", "501")],
        igdb_games=[IgdbGame("501", [], ["Shooter"], ["shooter"], ["first-person"], None)],
    )
    genres = {key[3] for key in marts(world)["rank_follower_growth"] if key[1] == "day"}
    assert genres == ({"(all)", "FPS", "Shooter"} if is_listed else {"(all)"})
