"""Days of 23 and of 25 hours in a time zone with summer time, with numbers worked by hand.

Each platform was crawled five minutes before and after its local day starts, and before and after it ends;
one stream of ten viewers runs all along.
"""

from datetime import date, datetime

import pytest

from ingestion.settings import Settings
from tests.dbt_project.making.edge_worlds import around_a_day
from tests.dbt_project.making.warehouses import build, land_world, load_worlds, mart_rows

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.fixture(scope="module")
def berlin(tmp_path_factory) -> Settings:
    settings = Settings(AIRTIME_HOME=tmp_path_factory.mktemp("berlin"))
    worlds = [
        around_a_day("spring", datetime(2026, 3, 28, 23), datetime(2026, 3, 29, 22)),
        around_a_day("autumn", datetime(2026, 10, 24, 22), datetime(2026, 10, 25, 23)),
    ]
    for world in worlds:
        land_world(settings, world)
    load_worlds(settings, worlds)
    build(settings, timezone="Europe/Berlin")
    return settings


@pytest.fixture(scope="module")
def streamers(berlin) -> dict[tuple, dict]:
    return mart_rows(berlin, "rank_streamers", 4)


@pytest.mark.parametrize(
    ("platform", "day", "following", "hours"),
    [("spring", SPRING, date(2026, 3, 30), 23), ("autumn", AUTUMN, date(2026, 10, 26), 25)],
)
def test_a_day_has_as_many_hours_as_its_clocks_say(streamers, platform, day, following, hours):
    # 0:05: the short gap of 600 s. 23:55: live through the long one, the day less 600 s.
    row = streamers[platform, "day", day, "7"]
    seconds = 600 + (hours * 3600 - 600)
    assert (row["hours_broadcast"], row["hours_watched"]) == (seconds / 3600, 10 * seconds / 3600)
    # 300 s after 0:00, one cadence after the long gap, and of the 600 s at 0:05 tomorrow those before 0:00.
    assert (row["is_closed"], row["coverage"]) == (True, 900 / (hours * 3600))
    # Tomorrow: the short gap of 600 s.
    assert streamers[platform, "day", following, "7"]["hours_broadcast"] == 600 / 3600


@pytest.mark.parametrize(
    ("platform", "monday", "seconds"),
    [("spring", date(2026, 3, 23), 300 + 82800), ("autumn", date(2026, 10, 19), 300 + 90000)],
)
def test_the_week_ends_with_the_night_of_its_clock_change(streamers, platform, monday, seconds):
    # 300 s at 23:55 on Saturday, the first crawl; Sunday has all its 23 or 25 hours.
    row = streamers[platform, "week", monday, "7"]
    assert (row["hours_broadcast"], row["active_days"]) == (seconds / 3600, 2)


@pytest.mark.parametrize(
    ("platform", "first", "newest", "start"),
    [
        ("spring", date(2026, 3, 1), datetime(2026, 3, 29, 22, 5), datetime(2026, 2, 28, 23)),
        ("autumn", date(2026, 10, 1), datetime(2026, 10, 25, 23, 5), datetime(2026, 9, 30, 22)),
    ],
)
def test_the_month_elapses_in_real_seconds(berlin, platform, first, newest, start):
    # 300 s + 600 s + 300 s after the long gap + 600 s
    month = mart_rows(berlin, "monthly_activity", 2)[platform, first]
    assert month["coverage"] == 1800 / (newest - start).total_seconds()


def test_hours_are_hours_of_real_time_on_both_sides_of_a_clock_change(berlin):
    # Local 23:55 and 0:05 lie in the UTC hours before and after local midnight: 22:00 and 23:00 in spring.
    hours = mart_rows(berlin, "hourly_activity", 2)
    found = sorted(hour for platform, hour in hours if platform == "spring")
    assert found == [datetime(2026, 3, 28, 22), datetime(2026, 3, 28, 23), *found[2:]]
    assert found[2:] == [datetime(2026, 3, 29, 21), datetime(2026, 3, 29, 22)]
