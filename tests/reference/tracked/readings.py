"""Computes readings, their buckets and what is known of items a second time, slowly and obviously."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

EPOCH = datetime(1970, 1, 1)
BUCKETS = {
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "8h": timedelta(hours=8),
    "1d": timedelta(days=1),
}
MILLION = 10**6


class Reading(NamedTuple):
    """A metric of an item at an instant; `value` None is unknown."""

    kind: str
    item_id: str
    metric: str
    observed_at: datetime
    sort: str
    value: Decimal | None
    is_missing: bool
    every: timedelta


def all_series(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    ordered = sorted(set(readings), key=lambda one: one[:4])
    for _, series in groupby(ordered, key=lambda one: one[:3]):
        yield list(series)


def seconds_of(at: datetime) -> int:
    return (at - EPOCH) // timedelta(seconds=1)


def double(value: Decimal | None) -> float | None:
    return None if value is None else _quotient(int(value * MILLION), MILLION)


def _quotient(dividend: int, divisor: int) -> float:
    """Return the whole part, cut towards zero, plus the rest's share: each is a double by itself."""
    whole = abs(dividend) // divisor * (1 if dividend >= 0 else -1)
    return float(whole) + float(dividend - whole * divisor) / float(divisor)


def steps(series: list[Reading]) -> Iterator[tuple[Reading, Decimal | None, str | None, int | None]]:
    """Yield each reading with its change, its fall and the seconds that it stands for."""
    before: Decimal | None = None
    for number, reading in enumerate(series):
        if reading.value is None:
            yield reading, None, None, None
            continue
        every = int(reading.every.total_seconds())
        seconds = every
        if number + 1 < len(series):
            seconds = seconds_of(series[number + 1].observed_at) - seconds_of(reading.observed_at)
        fall, change = None, None if before is None else reading.value - before
        if reading.sort == "counter" and change is not None and change < 0:
            fall = "reset" if reading.value * 2 < before else "correction"
            change = Decimal(0)
        yield reading, change, fall, max(min(seconds, 2 * every), 1)
        before = reading.value


def readings(of: Iterable[Reading]) -> dict[tuple, dict]:
    """Return the mart readings: key (kind, item_id, metric, observed_at)."""
    return {
        reading[:4]: {
            "sort": reading.sort,
            "value": double(reading.value),
            "is_missing": reading.is_missing,
            "value_change": double(change),
            "fall": fall,
        }
        for series in all_series(of)
        for reading, change, fall, _ in steps(series)
    }


def reading_buckets(of: Iterable[Reading]) -> dict[tuple, dict]:
    """Return the mart reading_buckets: key (kind, item_id, metric, bucket, bucket_start)."""
    placed = defaultdict(list)
    for series in all_series(of):
        for step in steps(series):
            reading = step[0]
            for bucket, size in BUCKETS.items():
                start = EPOCH + (reading.observed_at - EPOCH) // size * size
                if reading.value is not None:
                    placed[(*reading[:3], bucket, start)].append(step)
    return {key: _bucket(steps) for key, steps in placed.items()}


def _bucket(steps: list[tuple[Reading, Decimal | None, str | None, int]]) -> dict:
    values = [reading.value for reading, *_ in steps]
    changes = [change for _, change, _, _ in steps if change is not None]
    weighted = sum(int(reading.value * MILLION) * seconds for reading, _, _, seconds in steps)
    falls = [fall for _, _, fall, _ in steps]
    return {
        "sort": steps[0][0].sort,
        "readings": len(values),
        "first_value": double(values[0]),
        "last_value": double(values[-1]),
        "min_value": double(min(values)),
        "max_value": double(max(values)),
        "mean_value": _quotient(weighted, sum(seconds for *_, seconds in steps) * MILLION),
        "value_change": double(sum(changes)) if changes else None,
        "resets": falls.count("reset"),
        "corrections": falls.count("correction"),
    }


class Fact(NamedTuple):
    """What an answer said of an item besides metrics."""

    kind: str
    item_id: str
    observed_at: datetime
    item_label: str | None
    metadata_json: str


def tracked_item_history(facts: Iterable[Fact]) -> dict[tuple, dict]:
    """Return the mart tracked_item_history: key (kind, item_id, known_from)."""
    found: dict[tuple, dict] = {}
    for _, group in groupby(sorted(set(facts), key=lambda one: one[:3]), key=lambda one: one[:2]):
        newest: dict | None = None
        for fact in group:
            said = {"item_label": fact.item_label, "metadata_json": fact.metadata_json}
            if newest is not None and said == {name: newest[name] for name in said}:
                continue
            if newest is not None:
                newest["known_until"] = fact.observed_at
            newest = found[fact[:3]] = {"known_until": None, **said}
    return found


def tracked_items(of: Iterable[Reading], facts: Iterable[Fact]) -> dict[tuple, dict]:
    """Return the mart tracked_items: key (kind, item_id)."""
    of, facts = set(of), set(facts)
    history = tracked_item_history(facts)
    found = {}
    for key in {one[:2] for one in (*of, *facts)}:
        own = [one for one in of if one[:2] == key]
        there = [one.observed_at for one in own if not one.is_missing]
        now = [row for known, row in history.items() if known[:2] == key and row["known_until"] is None]
        asked = max((one.observed_at for one in own), default=None)
        read = max(there, default=None)
        found[key] = {
            "item_label": now[0]["item_label"] if now else None,
            "metadata_json": now[0]["metadata_json"] if now else None,
            "first_seen_at": min((one.observed_at for one in facts if one[:2] == key), default=None),
            "last_read_at": read,
            "last_asked_at": asked,
            "metrics": len({one.metric for one in own}),
            "readings": len(own),
            "is_missing": asked is not None and (read is None or asked > read),
        }
    return found
