"""Periods, closedness and coverage, each by a case worked by hand."""

from datetime import date, datetime, timedelta

import pytest

from tests.reference.definitions.periods import Calendar, Period, period_of, previous_period
from tests.reference.worlds.world import epoch


def calendar(crawls: dict[datetime, int], timezone: str = "UTC", *, is_imported: bool = False) -> Calendar:
    return Calendar(timezone, {epoch(at): seconds for at, seconds in crawls.items()}, is_imported)


@pytest.mark.parametrize(
    ("name", "day", "start", "end"),
    [
        ("day", date(2020, 2, 29), date(2020, 2, 29), date(2020, 3, 1)),
        ("week", date(2019, 1, 1), date(2018, 12, 31), date(2019, 1, 7)),
        ("week", date(2018, 12, 30), date(2018, 12, 24), date(2018, 12, 31)),
        ("month", date(2020, 2, 29), date(2020, 2, 1), date(2020, 3, 1)),
        ("month", date(2019, 12, 31), date(2019, 12, 1), date(2020, 1, 1)),
        ("quarter", date(2019, 11, 5), date(2019, 10, 1), date(2020, 1, 1)),
        ("quarter", date(2019, 6, 30), date(2019, 4, 1), date(2019, 7, 1)),
        ("year", date(2019, 6, 30), date(2019, 1, 1), date(2020, 1, 1)),
    ],
)
def test_a_day_belongs_to_one_period_of_each_kind(name, day, start, end):
    assert period_of(name, day) == Period(name, start, end)


def test_the_previous_period_is_the_calendars_own():
    assert previous_period(period_of("month", date(2020, 3, 31))).start == date(2020, 2, 1)
    assert previous_period(period_of("quarter", date(2019, 1, 1))).start == date(2018, 10, 1)
    assert previous_period(period_of("week", date(2019, 1, 1))).start == date(2018, 12, 24)
    week = Period("last_7_days", date(2019, 1, 8), date(2019, 1, 15))
    assert previous_period(week) == Period("last_7_days", date(2019, 1, 1), date(2019, 1, 8))


def test_a_day_is_closed_by_a_crawl_at_its_end_not_before():
    day = period_of("day", date(2019, 6, 15))
    first = datetime(2019, 6, 15, 12)
    assert not calendar({first: 60, datetime(2019, 6, 15, 23, 59, 59): 60}).is_closed(day)
    assert calendar({first: 60, datetime(2019, 6, 16): 60}).is_closed(day)


def test_the_last_day_of_an_imported_file_is_closed():
    imported = calendar({datetime(2019, 6, 15, 12): 60}, is_imported=True)
    assert imported.is_closed(period_of("day", date(2019, 6, 15)))
    assert not imported.is_closed(period_of("day", date(2019, 6, 16)))
    assert not imported.is_closed(period_of("month", date(2019, 6, 15)))


def test_a_month_is_closed_with_its_last_day():
    june = period_of("month", date(2019, 6, 1))
    assert calendar({datetime(2019, 7, 1): 60}).is_closed(june)
    assert calendar({datetime(2019, 6, 30, 9): 60}, is_imported=True).is_closed(june)
    assert not calendar({datetime(2019, 6, 30, 9): 60}).is_closed(june)


def test_the_last_days_end_with_the_newest_closed_day():
    crawls = {datetime(2019, 6, 15, 12): 60, datetime(2019, 6, 20, 12): 60}
    assert calendar(crawls).rolling_periods()[0] == Period(
        "last_7_days", date(2019, 6, 13), date(2019, 6, 20)
    )
    assert calendar(crawls, is_imported=True).rolling_periods()[0].end == date(2019, 6, 21)
    assert [period.start for period in calendar(crawls).rolling_periods()[1:]] == [
        date(2019, 5, 21),
        date(2019, 3, 22),
    ]


def test_while_no_day_is_closed_the_newest_stands_in():
    live = calendar({datetime(2019, 6, 15, 12): 60, datetime(2019, 6, 15, 13): 60})
    last_seven = live.rolling_periods()[0]
    assert last_seven.end == date(2019, 6, 16)
    assert not live.is_closed(last_seven)
    assert calendar({}).rolling_periods() == []


def test_coverage_is_the_part_of_the_elapsed_time_that_crawls_stand_for():
    noon = datetime(2019, 6, 15, 12)
    live = calendar({noon: 300, noon + timedelta(minutes=10): 600, noon + timedelta(hours=2): 300})
    assert live.coverage(period_of("day", date(2019, 6, 15))) == 1200 / (14 * 3600)


def test_an_interval_over_midnight_covers_both_days():
    live = calendar({datetime(2019, 6, 15, 23, 58): 60, datetime(2019, 6, 16, 0, 4): 360})
    assert live.coverage(period_of("day", date(2019, 6, 15))) == (60 + 120) / 86400
    assert live.coverage(period_of("day", date(2019, 6, 16))) == 240 / 240


def test_coverage_is_null_while_nothing_has_elapsed():
    live = calendar({datetime(2019, 6, 15, 23, 55): 300, datetime(2019, 6, 16): 300})
    assert live.coverage(period_of("day", date(2019, 6, 16))) is None
    assert live.coverage(period_of("day", date(2019, 6, 17))) is None
    assert live.coverage(period_of("day", date(2019, 6, 15))) == 600 / 86400


def test_days_and_their_lengths_follow_daylight_saving():
    berlin = calendar({datetime(2019, 4, 1): 300}, "Europe/Berlin")
    spring, autumn = period_of("day", date(2019, 3, 31)), period_of("day", date(2019, 10, 27))
    assert berlin.start_of(date(2019, 3, 31)) == epoch(datetime(2019, 3, 30, 23))
    assert berlin.seconds_of(spring) == 23 * 3600
    assert berlin.seconds_of(autumn) == 25 * 3600
    assert berlin.day_of(epoch(datetime(2019, 3, 31, 21, 59, 59))) == date(2019, 3, 31)
    assert berlin.day_of(epoch(datetime(2019, 3, 31, 22))) == date(2019, 4, 1)


def test_coverage_of_a_short_day_counts_real_seconds():
    berlin = calendar(
        {datetime(2019, 3, 30, 23) + timedelta(hours=1): 3600, datetime(2019, 4, 1): 300}, "Europe/Berlin"
    )
    assert berlin.coverage(period_of("day", date(2019, 3, 31))) == 3600 / (23 * 3600)


def test_a_day_without_a_midnight_starts_with_its_first_instant():
    sao_paulo = calendar({datetime(2018, 11, 5): 300}, "America/Sao_Paulo")
    start = epoch(datetime(2018, 11, 4, 3))
    assert sao_paulo.start_of(date(2018, 11, 4)) == start
    assert sao_paulo.day_of(start) == date(2018, 11, 4)
    assert sao_paulo.day_of(start - 1) == date(2018, 11, 3)
