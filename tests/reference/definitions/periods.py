"""The calendar: which periods there are, what of them is closed and how much of each the crawls cover."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.reference.worlds.world import EPOCH, epoch

CALENDAR_PERIODS = ("day", "week", "month", "quarter", "year")
ROLLING_PERIODS = {"last_7_days": 7, "last_30_days": 30, "last_90_days": 90}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The local days from `start` up to, not including, `end`."""

    name: str
    start: date
    end: date


def period_of(name: str, day: date) -> Period:
    """Return the calendar period `name` (day, week, month, quarter, year) that holds `day`."""
    if name == "day":
        return Period(name, day, day + ONE_DAY)
    if name == "week":
        monday = day - timedelta(days=day.isoweekday() - 1)
        return Period(name, monday, monday + timedelta(days=7))
    if name == "year":
        return Period(name, date(day.year, 1, 1), date(day.year + 1, 1, 1))
    length = {"month": 1, "quarter": 3}[name]
    first_month = day.month - (day.month - 1) % length
    year, month = (day.year, first_month + length) if first_month + length <= 12 else (day.year + 1, 1)
    return Period(name, date(day.year, first_month, 1), date(year, month, 1))


def previous_period(period: Period) -> Period:
    """Return the adjacent earlier period; for last_N_days the N days before."""
    if period.name in ROLLING_PERIODS:
        length = timedelta(days=ROLLING_PERIODS[period.name])
        return Period(period.name, period.start - length, period.start)
    return period_of(period.name, period.start - ONE_DAY)


class Calendar:
    """Local days of one platform in one time zone, given its complete crawls.

    Args:
        timezone: IANA name.
        crawl_seconds: observed_at of each complete crawl (epoch seconds) and its sample_seconds.
        is_imported: whether the crawls are the ticks of files, whose last day is closed.
    """

    def __init__(self, timezone: str, crawl_seconds: dict[int, int], is_imported: bool) -> None:
        self.zone = ZoneInfo(timezone)
        self.crawl_seconds = crawl_seconds
        self.newest = max(crawl_seconds, default=None)
        self.is_imported = is_imported
        self._days: dict[int, date] = {}

    def day_of(self, at: int) -> date:
        """Return the local day of an instant in epoch seconds."""
        if at not in self._days:
            self._days[at] = datetime.fromtimestamp(at, UTC).astimezone(self.zone).date()
        return self._days[at]

    def start_of(self, day: date) -> int:
        """Return the first instant of a local day, in epoch seconds."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return epoch(EPOCH + (midnight.astimezone(UTC) - EPOCH.replace(tzinfo=UTC)))

    def seconds_of(self, period: Period) -> int:
        """Return the real length of a period in seconds."""
        return self.start_of(period.end) - self.start_of(period.start)

    def is_closed(self, period: Period) -> bool:
        """Say whether every day of a period is closed."""
        day = period.start
        while day < period.end:
            if not self._is_day_closed(day):
                return False
            day += ONE_DAY
        return True

    def _is_day_closed(self, day: date) -> bool:
        if self.newest is None:
            return False
        if self.is_imported and day == self.day_of(self.newest):
            return True
        return self.newest >= self.start_of(day + ONE_DAY)

    def newest_closed_day(self) -> date:
        """Return the newest closed day since the first crawl; while there is none, the newest day."""
        oldest, newest = self.day_of(min(self.crawl_seconds)), self.day_of(self.newest)
        day = newest
        while day >= oldest:
            if self._is_day_closed(day):
                return day
            day -= ONE_DAY
        return newest

    def coverage(self, period: Period) -> float | None:
        """Return the part of the period's elapsed seconds that lies in some crawl's sample interval."""
        start, end = self.start_of(period.start), self.start_of(period.end)
        elapsed = min(end, self.newest) - start if self.newest is not None else 0
        if elapsed <= 0:
            return None
        inside, reached = 0, start
        for at, seconds in sorted(self.crawl_seconds.items()):
            left, right = max(at - seconds, reached), min(at, end)
            inside += max(0, right - left)
            reached = max(reached, right)
        return inside / elapsed

    def calendar_periods(self, days: set[date]) -> list[Period]:
        """Return every calendar period that holds one of `days`."""
        found = {period_of(name, day) for name in CALENDAR_PERIODS for day in days}
        return sorted(found, key=lambda period: (period.name, period.start))

    def rolling_periods(self) -> list[Period]:
        """Return last_7_days, last_30_days and last_90_days; none while there is no crawl."""
        if self.newest is None:
            return []
        end = self.newest_closed_day() + ONE_DAY
        return [Period(name, end - timedelta(days=days), end) for name, days in ROLLING_PERIODS.items()]
