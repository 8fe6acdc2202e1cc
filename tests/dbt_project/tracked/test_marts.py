"""The marts of tracked items equal a second computation, whatever was read, missing, hidden or has fallen."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ingestion.settings import Settings
from ingestion.sources.answers import READ, land_answers
from ingestion.warehouse.load import load
from tests.dbt_project.making.warehouses import build, mart_fingerprints, mart_rows
from tests.reference.tracked import readings as reference
from tests.reference.tracked.growth import rank_tracked

KIND = """\
title: Thing
client: {base_url: "https://thing.example", url_variable: THING_URL}
kinds:
  thing.one:
    endpoint: {path: things, params: {id: "{ids}"}, batch: {size: 9}, data_selector: items, key: id}
    metrics:
      total: {path: total, type: number, sort: counter, absent: unknown}
      level: {path: level, type: number, sort: gauge, absent: unknown}
    metadata: {name: name}
    schedule: {every: 10m}
"""
EVERY = timedelta(minutes=10)
# before the clocks of New York go forward, and before another year
STARTS = [datetime(2026, 3, 1, 22, 50), datetime(2025, 12, 30, 20)]
MARTS = {
    "readings": 4,
    "reading_buckets": 5,
    "tracked_items": 2,
    "tracked_item_history": 3,
    "source_calls": 2,
    "rank_tracked": 5,
}
MODELS = ["build", "--select", *(f"+{mart}" for mart in MARTS)]
VALUES = st.one_of(
    st.none(),
    st.integers(0, 9).map(Decimal),
    st.decimals(Decimal(-(10**12)), Decimal(10**12), places=6),
    st.integers(0, 10**14).map(Decimal),
)


class Answer(NamedTuple):
    """What one answer said of an item: None where it was missing."""

    at: datetime
    item_id: str
    said: tuple[Decimal | None, Decimal | None, str] | None


@st.composite
def answers(draw) -> list[Answer]:
    found, start = [], draw(st.sampled_from(STARTS))
    for item_id in draw(st.sets(st.sampled_from("abcd"), min_size=1)):
        at = start + timedelta(microseconds=draw(st.integers(0, 10**9)))
        for _ in range(draw(st.integers(1, 12))):
            said = st.tuples(VALUES, VALUES, st.sampled_from(["One", "Two"]))
            found.append(Answer(at, item_id, draw(st.one_of(st.none(), said, said))))
            gap = st.one_of(st.integers(1, 2 * 10**6), st.integers(5 * 60 * 10**6, 10**11))
            at += timedelta(microseconds=draw(gap))
    return sorted(found, key=lambda one: one.at)


def quota(day: date) -> int | None:
    """Return the units of a day; on odd days there are any number."""
    return None if day.day % 2 else 40


def body(answer: Answer) -> bytes:
    items = []
    if answer.said:
        total, level, name = answer.said
        numbers = {
            key: str(value) for key, value in (("total", total), ("level", level)) if value is not None
        }
        items = [{"id": answer.item_id, "name": name, **numbers}]
    return json.dumps({"items": items}).encode()


def land(settings: Settings, some: list[Answer]) -> None:
    """Land answers as a run does, each by two calls of one unit."""
    (settings.root / "kinds").mkdir(parents=True, exist_ok=True)
    (settings.root / "kinds" / "thing.yml").write_text(KIND)
    rows = [
        {
            "kind": "thing.one",
            "ids": [one.item_id],
            "labels": ["A label" if one.item_id == "a" else ""],
            "purpose": READ,
            "asked_at": one.at,
            "answered_at": one.at,
            "status": 200,
            "calls": 2,
            "units": 2,
            "units_per_day": quota(one.at.date()),
            "quota_date": one.at.date(),
            "body": body(one),
        }
        for one in some
    ]
    land_answers(settings.landing, "thing", rows)


def expected(some: list[Answer], **variables: str | int) -> dict[str, dict[tuple, dict]]:
    read, facts = [], []
    for one in some:
        total, level, name = one.said or (None, None, "")
        for metric, sort, value in (("total", "counter", total), ("level", "gauge", level)):
            key = ("thing.one", one.item_id, metric, one.at)
            read.append(reference.Reading(*key, sort, value, one.said is None, EVERY))
        if one.said:
            label = "A label" if one.item_id == "a" else None
            facts.append(reference.Fact("thing.one", one.item_id, one.at, label, json.dumps({"name": name})))
    return {
        "readings": reference.readings(read),
        "reading_buckets": reference.reading_buckets(read),
        "tracked_items": reference.tracked_items(read, facts),
        "tracked_item_history": reference.tracked_item_history(facts),
        "source_calls": dict(calls(some)),
        "rank_tracked": rank_tracked(read, facts, **variables),
    }


def calls(some: list[Answer]) -> Iterator[tuple[tuple[str, date], dict]]:
    for day in {one.at.date() for one in some}:
        count = sum(one.at.date() == day for one in some)
        most = quota(day)
        left = None if most is None else max(most - 2 * count, 0)
        spent = {"calls": 2 * count, "units": 2 * count, "units_per_day": most, "units_left": left}
        yield ("thing", day), {"asked": count, "unanswered": 0, **spent}


# each example is a build, and to shrink a failure takes a hundred of them
@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(
    some=answers(),
    cut=st.integers(0, 40),
    is_late=st.booleans(),
    timezone=st.sampled_from(["UTC", "America/New_York"]),
    depth=st.sampled_from([1, 1000]),
)
def test_marts_equal_the_reference_in_one_build_or_in_two(
    tmp_path_factory, some, cut, is_late, timezone, depth
):
    home = Settings(_env_file=None, AIRTIME_HOME=tmp_path_factory.mktemp("home"))
    # what comes late lies before what was built
    for part in (some[cut:], some[:cut]) if is_late else (some[:cut], some[cut:]):
        if part:
            land(home, part)
            load(home)
            build(home, *MODELS, timezone=timezone, ranking_depth=depth)
    wanted = expected(some, timezone=timezone, ranking_depth=depth)
    for mart, keys in MARTS.items():
        assert mart_rows(home, mart, keys) == wanted[mart], mart


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Settings:
    home = Settings(_env_file=None, AIRTIME_HOME=tmp_path_factory.mktemp("home"))
    minutes = [0, 10, 20, 50, 60]
    values = [100, 110, 4, None, 10]
    land(
        home,
        [
            Answer(datetime(2026, 3, 1, 12, minute % 60) + timedelta(hours=minute // 60), "a", said)
            for minute, value in zip(minutes, values, strict=True)
            for said in [value and (Decimal(value), Decimal(value), "One")]
        ],
    )
    load(home)
    build(home, *MODELS)
    return home


def test_a_worked_example_of_buckets(built: Settings):
    key = ("thing.one", "a", "level", "1h", datetime(2026, 3, 1, 12))
    hour = mart_rows(built, "reading_buckets", 5)[key]
    # 100 and 110 stand for ten minutes each, 4 for twenty, which are two intervals, though the next is at 50
    assert hour["mean_value"] == (100 * 10 + 110 * 10 + 4 * 20) / 40
    assert (hour["first_value"], hour["last_value"], hour["min_value"], hour["max_value"]) == (100, 4, 4, 110)
    assert hour["value_change"] == -96
    total = mart_rows(built, "reading_buckets", 5)[(*key[:2], "total", *key[3:])]
    assert (total["value_change"], total["resets"], total["corrections"]) == (10, 1, 0)
    assert (
        mart_rows(built, "reading_buckets", 5)[(*key[:2], "total", "1h", datetime(2026, 3, 1, 13))][
            "value_change"
        ]
        == 6
    )


def test_a_worked_example_of_growth(built: Settings):
    rows = mart_rows(built, "rank_tracked", 5)
    day = ("thing.one", "total", "day", date(2026, 3, 1), "a")
    # from 100 to 110, then from 4 to 10; the fall to 4 is no growth
    assert rows[day]["value_change"] == 16
    assert rows[day]["value_growth"] == 16 / 100
    assert (rows[day]["base_value"], rows[day]["last_value"], rows[day]["resets"]) == (100, 10, 1)
    # the 4 stands for two intervals of the half hour until it is known that nothing is known
    assert rows[day]["coverage"] == (600 + 600 + 1200 + 600) / (13 * 3600)
    assert rows[(day[0], "level", *day[2:])]["value_change"] == -90


def test_the_same_files_loaded_again_change_nothing(built: Settings):
    before = mart_fingerprints(built)
    built.warehouse.unlink()
    load(built)
    build(built, *MODELS)
    assert mart_fingerprints(built) == before


def test_the_changes_of_a_days_hours_add_up_to_the_days(built: Settings):
    buckets = mart_rows(built, "reading_buckets", 5)
    for sizes in pairwise(("15m", "1h", "8h", "1d")):
        smaller, larger = (
            sum(
                row["value_change"] or 0
                for key, row in buckets.items()
                if key[3] == size and key[2] == "total"
            )
            for size in sizes
        )
        assert smaller == larger
