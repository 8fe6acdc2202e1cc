"""Only touched days are rebuilt, and any order of loads and builds ends in the same marts."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import zip_longest
from random import Random

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.settings import Settings
from ingestion.warehouse import retention
from ingestion.warehouse.retention import prune
from tests.dbt_project.making.built_homes import built
from tests.dbt_project.making.edge_worlds import named
from tests.dbt_project.making.random_worlds import many_worlds
from tests.dbt_project.making.warehouses import (
    IMPORTED_AT,
    build,
    land_world,
    mart_fingerprints,
    mart_rows,
)
from tests.lengths import a_few_builds
from tests.reference.worlds.small import crawl, live_world, observation
from tests.reference.worlds.worked_example import worked_example
from tests.reference.worlds.world import NameReading, Video, World, epoch

TWO_DAYS = timedelta(days=2)
MARCH_1, MARCH_20 = datetime(2026, 3, 1, 12), datetime(2026, 3, 20, 12)


def with_ids_of_48_hours(world: World) -> World:
    """Give streams a new id every 48 hours, as the platform does; details are looked up no further back."""
    first = {}
    for row in sorted(world.observations, key=lambda row: row.observed_at):
        first.setdefault(row.stream_id, row.observed_at)
    observations = [
        replace(row, stream_id=f"{row.stream_id}{(row.observed_at - first[row.stream_id]) // TWO_DAYS}")
        for row in world.observations
    ]
    return replace(world, observations=observations)


def places(times: list, count: int, random: Random) -> list[int]:
    """Return a part for each time: any, or for half of the worlds the earlier the sooner, as days go by."""
    drawn = [random.randrange(count) for _ in times]
    if random.random() < 0.5:
        return drawn
    in_order = sorted(range(len(times)), key=times.__getitem__)
    return [place for _, place in sorted(zip(in_order, sorted(drawn), strict=True))]


def parts(world: World, count: int, random: Random) -> list[World]:
    """Split crawls and rows; users are in every part, what is known of games in all from one on, archives in
    one, the rest in the first."""
    shown, learnt = random.randrange(count), random.randrange(count)
    crawls = places([crawl.observed_at for crawl in world.crawls], count, random)
    rows = places([row.timestamp for row in world.history], count, random)
    split = []
    for part in range(count):
        own = [one for one, place in zip(world.crawls, crawls, strict=True) if place == part]
        times = {one.observed_at for one in own}
        split.append(
            replace(
                world,
                crawls=own,
                observations=[one for one in world.observations if one.observed_at in times],
                history=[one for one, place in zip(world.history, rows, strict=True) if place == part],
                videos=world.videos if part == shown else [],
                helix_games=world.helix_games if part >= learnt else [],
                igdb_games=world.igdb_games if part >= learnt else [],
                overrides=world.overrides if part >= learnt else [],
                metadata=world.metadata if part == 0 else [],
                follower_readings=world.follower_readings if part == 0 else [],
            )
        )
    return split


@a_few_builds(1, 10)
@given(
    worlds=many_worlds(15, 25),
    random=st.randoms(use_true_random=False),
)
def test_any_order_of_loads_and_builds_ends_in_the_same_marts_which_stay_when_old_days_are_dropped(
    tmp_path_factory, worlds, random
):
    worlds = [with_ids_of_48_hours(world) for world in worlds]
    steps = [list(step) for step in zip(*(parts(world, 3, random) for world in worlds), strict=True)]
    piecemeal = built(tmp_path_factory.mktemp("piecemeal"), steps)
    at_once = built(tmp_path_factory.mktemp("at_once"), [worlds])
    marts = mart_fingerprints(at_once)
    assert mart_fingerprints(piecemeal) == marts
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(retention, "_doubts", lambda *_: {})  # each world ends on a day of its own
        kept = {"raw_retention_days": random.choice((7, 20)), "landing_retention_days": 7}
        prune(piecemeal.model_copy(update=kept), MARCH_20)
    build(piecemeal, "run")
    assert mart_fingerprints(piecemeal) == marts


def in_turns() -> dict[str, list[World]]:
    """Return platforms of which a part is landed, and all is built, one after the other."""
    example, rows = worked_example(), worked_example().history
    halves = [replace(example, history=half) for half in (rows[: len(rows) // 2], rows[len(rows) // 2 :])]
    instants = [datetime(2026, 3, day, hour) for day, hour in ((1, 23), (2, 1), (2, 23), (3, 1))]
    nights = [[observation(at, stream_id="s1", tags=["English", "Chill"])] for at in instants]
    march_1, march_2 = datetime(2026, 3, 1, 12), datetime(2026, 3, 2, 12)
    found = {
        "forwards": halves,
        "backwards": halves[::-1],
        "nightly": [live_world([crawl(at)], rows) for at, rows in zip(instants, nights, strict=True)],
        "nobody": [live_world([crawl(march_1)], [observation(march_1)]), live_world([crawl(march_2)], [])],
    }
    return {platform: [named(platform, world) for world in steps] for platform, steps in found.items()}


def whole(steps: list[World]) -> World:
    """Return a platform's parts as one."""
    together = {
        name: [row for world in steps for row in getattr(world, name)]
        for name in ("crawls", "observations", "history")
    }
    return replace(steps[0], **together)


@pytest.fixture(scope="module")
def turns(tmp_path_factory) -> tuple[Settings, Settings]:
    """Return a warehouse built in turns and one built at once."""
    platforms = in_turns().values()
    steps = [[step for step in steps if step] for steps in zip_longest(*platforms)]
    in_parts = built(tmp_path_factory.mktemp("in_parts"), steps)
    return in_parts, built(tmp_path_factory.mktemp("at_once"), [[whole(steps) for steps in platforms]])


@pytest.mark.parametrize("platform", in_turns())
def test_what_lands_and_is_built_in_turns_gives_the_marts_of_all_at_once(turns, platform):
    in_parts, at_once = (mart_fingerprints(settings, platform) for settings in turns)
    assert in_parts == at_once


def test_a_stream_keeps_its_tags_over_midnights_that_builds_fall_between(turns):
    tags = [key for key in mart_rows(turns[0], "rank_tags", 4) if key[:2] == ("nightly", "day")]
    assert sorted({key[2].day for key in tags}) == [1, 2, 3]


def test_a_day_on_which_nobody_is_live_thins_out_the_averages_of_the_periods_before_it(turns):
    ranked = mart_rows(turns[0], "rank_games", 4)
    [month] = [row for key, row in ranked.items() if key[:2] == ("nobody", "month")]
    assert month["average_viewers"] == 5


def three_noons() -> World:
    """Return one stream at noon and ten minutes later of three days."""
    instants = [datetime(2026, 3, day, 12, minute) for day in (1, 2, 3) for minute in (0, 10)]
    rows = [observation(at, stream_id="s1") for at in instants]
    return named("late", live_world([crawl(at) for at in instants], rows))


def four_streams() -> World:
    """Return four streams of five hours, each of a game of its own."""
    rows = [
        observation(
            MARCH_1, streamer_id=number, stream_id=f"s{number}", game_id=f"1{number}", started_at=MARCH_1
        )
        for number in "1234"
    ]
    return named("learnt", live_world([crawl(MARCH_1), crawl(MARCH_1 + timedelta(hours=5))], rows))


def what_is_learnt() -> World:
    """Return the archive of the first stream, a new name of the second's game and of the third's streamer."""
    seen = observation(MARCH_20, streamer_id="9", stream_id="s9", game_id="12")
    new = live_world(
        [crawl(MARCH_20)],
        [replace(seen, game_name="Anew")],
        videos=[Video("v1", "s1", "1", MARCH_1, 4 * 3600)],
        name_readings=[NameReading("3", "third", "Third", MARCH_20)],
    )
    return named("learnt", new)


@pytest.fixture(scope="module")
def marked(tmp_path_factory) -> tuple[Settings, dict[str, str]]:
    """Return a home of which what was built is marked before more lands, and the example's first marts."""
    home, late = tmp_path_factory.mktemp("marked"), datetime(2026, 3, 2, 12, 5)
    settings = built(home, [[three_noons(), four_streams(), worked_example()]])
    before = mart_fingerprints(settings, "history")
    with duckdb.connect(settings.warehouse) as connection:
        for table, platform in (("int_stretches", "late"), ("int_sessions", "learnt")):
            connection.execute(
                f"update intermediate.{table} set peak_viewers = 777 where platform = '{platform}'"
            )
    late_crawl = named("late", live_world([crawl(late)], [observation(late, stream_id="s1")]))
    land_world(settings, worked_example(), IMPORTED_AT + timedelta(days=1))
    return built(home, [[late_crawl, what_is_learnt()]]), before


def test_loading_and_building_again_changes_nothing(marked):
    settings, before = marked
    assert mart_fingerprints(settings, "history") == before


def test_a_late_crawl_rebuilds_its_day_and_no_other(marked):
    with duckdb.connect(marked[0].warehouse, read_only=True) as connection:
        query = "select day, peak_viewers from intermediate.int_stretches where platform = 'late'"
        peaks = {day.day: viewers for day, viewers in connection.execute(query).fetchall()}
    assert (peaks[1], peaks[3]) == (777, 777)
    assert peaks[2] != 777


def test_what_is_learnt_of_an_old_session_is_written_into_it_without_building_it_again(marked):
    sessions = {key: row for key, row in mart_rows(marked[0], "sessions", 3).items() if key[0] == "learnt"}
    learnt = {key[2]: row for key, row in sessions.items() if row["started_at"] == MARCH_1}
    assert learnt["1"]["ended_at"] == MARCH_1 + timedelta(hours=4)
    assert learnt["2"]["main_game"] == "Anew"
    assert learnt["3"]["streamer_name"] == "Third"
    assert [row["peak_viewers"] for _, row in sorted(learnt.items())] == [777] * 4
    assert sessions["learnt", f"9@{epoch(MARCH_20)}", "9"]["peak_viewers"] == 10
