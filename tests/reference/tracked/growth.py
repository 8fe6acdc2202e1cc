"""Computes how tracked metrics grew in each period, a second time, slowly and obviously."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from tests.reference.definitions.periods import Calendar, Period, previous_period
from tests.reference.tracked.readings import (
    Fact,
    Reading,
    all_series,
    double,
    seconds_of,
    steps,
    tracked_items,
)

WEEK = 7 * 86400


class Step(NamedTuple):
    """A known reading: how far it is from the one before, how it fell, and the seconds that it stands for."""

    reading: Reading
    change: Decimal | None
    fall: str | None
    seconds: int


class Growth(NamedTuple):
    """A metric of an item in a period: the reading to grow from, those that count, and the period's own."""

    base: Reading
    counted: list[Step]
    within: list[Step]

    @property
    def change(self) -> Decimal:
        return sum((step.change for step in self.counted if step.change is not None), Decimal(0))


def rank_tracked(
    of: Iterable[Reading], facts: Iterable[Fact], *, timezone: str = "UTC", ranking_depth: int = 1000
) -> dict[tuple, dict]:
    """Return the mart rank_tracked: key (kind, metric, period, period_start, item_id)."""
    of = list(of)
    labels = {key: row["item_label"] for key, row in tracked_items(of, facts).items()}
    found = {}
    for kind in {one.kind for one in of if one.value is not None}:
        own = [one for one in of if one.kind == kind]
        known = {seconds_of(one.observed_at): 0 for one in own if one.value is not None}
        calendar = Calendar(timezone, known, is_imported=False)
        days = {calendar.day_of(at) for at in calendar.crawl_seconds}
        for period in [*calendar.calendar_periods(days), *calendar.rolling_periods()]:
            before = _growths(own, calendar, previous_period(period))
            for metric, items in _growths(own, calendar, period).items():
                for item_id, growth in items.items():
                    row = {
                        **_ranks(item_id, items, before.get(metric, {})),
                        **_row(growth, calendar, period),
                        "item_label": labels[kind, item_id],
                    }
                    if row["rank"] <= ranking_depth:
                        found[kind, metric, period.name, period.start, item_id] = row
    return found


def _growths(of: list[Reading], calendar: Calendar, period: Period) -> dict[str, dict[str, Growth]]:
    """Return metric -> item -> growth, of items that have one."""
    start, end = calendar.start_of(period.start), calendar.start_of(period.end)
    reach = min(end - start, WEEK)
    found: dict[str, dict[str, Growth]] = defaultdict(dict)
    for series in all_series(of):
        known = [(seconds_of(step[0].observed_at), Step(*step)) for step in steps(series) if step[3]]
        within = [step for at, step in known if start <= at < end]
        before = [step for at, step in known if start - reach <= at < start]
        counted = within if before else within[1:]
        if counted:
            base = before[-1] if before else within[0]
            found[series[0].metric][series[0].item_id] = Growth(base.reading, counted, within)
    return found


def _ranks(item_id: str, items: dict[str, Growth], before: dict[str, Growth]) -> dict:
    rank = 1 + sum(other.change > items[item_id].change for other in items.values())
    previous = None
    if item_id in before:
        previous = 1 + sum(other.change > before[item_id].change for other in before.values())
    return {
        "rank": rank,
        "previous_rank": previous,
        "rank_change": None if previous is None else previous - rank,
    }


def _row(growth: Growth, calendar: Calendar, period: Period) -> dict:
    last, start = growth.within[-1].reading, calendar.start_of(period.start)
    elapsed = max(min(calendar.start_of(period.end), calendar.newest) - start, 0)
    stands_for = sum(step.seconds for step in growth.within)
    base, change = double(growth.base.value), double(growth.change)
    falls = [step.fall for step in growth.counted]
    return {
        "period_end": period.end,
        "is_closed": calendar.is_closed(period),
        "sort": last.sort,
        "base_value": base,
        "base_at": growth.base.observed_at,
        "last_value": double(last.value),
        "last_at": last.observed_at,
        "value_change": change,
        "value_growth": change / base if base > 0 else None,
        "readings": len(growth.within),
        "resets": falls.count("reset"),
        "corrections": falls.count("correction"),
        "coverage": min(stands_for / elapsed, 1) if elapsed else None,
    }
