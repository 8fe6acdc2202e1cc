"""What must hold of the reference in every random world."""

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.marts import marts
from tests.reference.worlds.all_worlds import history_worlds, live_worlds, timezones
from tests.reference.worlds.world import World

any_world = st.one_of(history_worlds(), live_worlds())
thorough = settings(max_examples=60, deadline=None)


@thorough
@given(any_world, timezones())
def test_games_publishers_languages_and_streamers_add_up_to_the_platform(world, timezone):
    result = marts(world, timezone)
    sums = defaultdict(float)
    for mart in ("rank_games", "rank_publishers", "rank_languages", "rank_streamers"):
        for key, row in result[mart].items():
            if key[1] == "month":
                sums[mart, key[2]] += row["hours_watched"]
    for (mart, month), hours in sums.items():
        assert hours == pytest.approx(result["monthly_activity"][world.platform, month]["hours_watched"]), (
            mart
        )


@thorough
@given(any_world, timezones(), st.integers(0, 999))
def test_the_order_of_rows_does_not_matter(world, timezone, seed):
    assert marts(_shuffled(world, seed), timezone) == marts(world, timezone)


@thorough
@given(any_world)
def test_loading_everything_twice_changes_nothing(world):
    twice = replace(
        world,
        observations=world.observations * 2,
        history=world.history * 2,
        follower_readings=world.follower_readings * 2,
        metadata=world.metadata * 2,
        videos=world.videos * 2,
        name_readings=world.name_readings * 2,
        overrides=world.overrides * 2,
    )
    assert marts(twice) == marts(world)


@thorough
@given(any_world, timezones(), st.integers(1, 3))
def test_a_cut_removes_rows_and_changes_none(world, timezone, depth):
    whole, cut = marts(world, timezone), marts(world, timezone, ranking_depth=depth)
    for mart, rows in cut.items():
        assert rows == {key: row for key, row in whole[mart].items() if key in rows}, mart


@thorough
@given(any_world, timezones())
def test_figures_stay_within_their_bounds(world, timezone):
    result = marts(world, timezone)
    for mart in ("rank_streamers", "rank_games", "rank_publishers", "monthly_activity"):
        for row in result[mart].values():
            assert row["coverage"] is None or 0 <= row["coverage"] <= 1
            assert row["average_viewers"] is None or row["average_viewers"] >= 0
            assert row["hours_broadcast"] >= 0
    for key, row in result["rank_streamers"].items():
        assert row["average_viewers"] is None or Fraction(row["average_viewers"]) <= row["peak_viewers"], key


@thorough
@given(any_world, timezones())
def test_sessions_hold_every_observation_once(world, timezone):
    result = marts(world, timezone)
    months = result["monthly_activity"].values()
    sessions = result["sessions"].values()
    assert sum(month["sessions"] for month in months) == len(sessions)
    for ours, theirs in (("airtime_hours", "hours_broadcast"), ("hours_watched", "hours_watched")):
        total = sum(month[theirs] for month in months)
        assert sum(row[ours] for row in sessions) == pytest.approx(total)
    for row in sessions:
        assert row["duration_hours"] >= 0
        assert row["average_viewers"] is None or Fraction(row["average_viewers"]) <= row["peak_viewers"]


def _shuffled(world: World, seed: int) -> World:
    parts = {}
    for name in (
        "crawls",
        "observations",
        "history",
        "follower_readings",
        "metadata",
        "helix_games",
        "igdb_games",
        "users",
        "videos",
        "name_readings",
        "overrides",
    ):
        rows = list(getattr(world, name))
        Random(seed).shuffle(rows)
        parts[name] = rows
    return replace(world, **parts)
