"""Only touched days are rebuilt, and any order of loads and builds ends in the same marts."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import duckdb
from hypothesis import HealthCheck, Phase, Verbosity, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion.settings import Settings
from tests.dbt_project.warehouses import (
    IMPORTED_AT,
    build,
    land_world,
    load_worlds,
    many_worlds,
    mart_fingerprints,
    mart_rows,
)
from tests.reference.small import crawl, live_world, observation
from tests.reference.world import NameReading, Video, World, epoch
from tests.reference.worlds import worked_example

TWO_DAYS = timedelta(days=2)
A_FEW_BUILDS = hypothesis_settings(
    max_examples=2,
    deadline=None,
    verbosity=Verbosity.quiet,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


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
    """Split crawls and rows; users and games are in every part, archives in one, the rest in the first."""
    shown = random.randrange(count)
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
                metadata=world.metadata if part == 0 else [],
                follower_readings=world.follower_readings if part == 0 else [],
            )
        )
    return split


def built(home, steps: list[list[World]]) -> Settings:
    """Land, load and build step after step; return the settings of the warehouse."""
    settings = Settings(AIRTIME_HOME=home)
    for number, worlds in enumerate(steps):
        for world in worlds:
            land_world(settings, world, IMPORTED_AT + timedelta(days=10 * number))
        load_worlds(settings, worlds)
        build(settings, "run")
    return settings


@A_FEW_BUILDS
@given(
    worlds=many_worlds(15, 25),
    random=st.randoms(use_true_random=False),
)
def test_any_order_of_loads_and_builds_ends_in_the_same_marts(tmp_path_factory, worlds, random):
    worlds = [with_ids_of_48_hours(world) for world in worlds]
    steps = [list(step) for step in zip(*(parts(world, 3, random) for world in worlds), strict=True)]
    piecemeal = built(tmp_path_factory.mktemp("piecemeal"), steps)
    at_once = built(tmp_path_factory.mktemp("at_once"), [worlds])
    assert mart_fingerprints(piecemeal) == mart_fingerprints(at_once)


def test_a_file_imported_in_halves_in_either_order_gives_the_same_marts(tmp_path):
    world = worked_example()
    middle = len(world.history) // 2
    halves = [replace(world, history=world.history[:middle]), replace(world, history=world.history[middle:])]
    whole = mart_fingerprints(built(tmp_path / "whole", [[world]]))
    assert mart_fingerprints(built(tmp_path / "forwards", [[halves[0]], [halves[1]]])) == whole
    assert mart_fingerprints(built(tmp_path / "backwards", [[halves[1]], [halves[0]]])) == whole


def test_loading_and_building_again_changes_nothing(tmp_path):
    settings = built(tmp_path, [[worked_example()]])
    before = mart_fingerprints(settings)
    land_world(settings, worked_example(), IMPORTED_AT + timedelta(days=1))
    load_worlds(settings, [])
    build(settings, "run")
    assert mart_fingerprints(settings) == before


def test_a_stream_keeps_its_tags_over_midnights_that_builds_fall_between(tmp_path):
    instants = [datetime(2026, 3, day, hour) for day, hour in ((1, 23), (2, 1), (2, 23), (3, 1))]
    crawls = [
        live_world([crawl(at)], [observation(at, stream_id="s1", tags=["English", "Chill"])])
        for at in instants
    ]
    whole = replace(
        crawls[0],
        crawls=[one for world in crawls for one in world.crawls],
        observations=[one for world in crawls for one in world.observations],
    )
    nightly = built(tmp_path / "nightly", [[world] for world in crawls])
    assert mart_fingerprints(nightly) == mart_fingerprints(built(tmp_path / "at_once", [[whole]]))
    days = {key[2].day: key[3] for key in mart_rows(nightly, "rank_tags", 4) if key[1] == "day"}
    assert sorted(days) == [1, 2, 3]


def test_a_late_crawl_rebuilds_its_day_and_no_other(tmp_path):
    days = [datetime(2026, 3, day, 12) for day in (1, 2, 3)]
    world = live_world(
        [crawl(day + timedelta(minutes=minute)) for day in days for minute in (0, 10)],
        [observation(day + timedelta(minutes=minute), stream_id="s1") for day in days for minute in (0, 10)],
    )
    settings = built(tmp_path, [[world]])
    with duckdb.connect(settings.warehouse) as connection:
        connection.execute("update intermediate.int_stretches set peak_viewers = 777")
    late = datetime(2026, 3, 2, 12, 5)
    built(tmp_path, [[live_world([crawl(late)], [observation(late, stream_id="s1")])]])
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        rows = connection.execute("select day, peak_viewers from intermediate.int_stretches").fetchall()
    peaks = {day.day: viewers for day, viewers in rows}
    assert (peaks[1], peaks[3]) == (777, 777)
    assert peaks[2] != 777


def test_a_day_on_which_nobody_is_live_thins_out_the_averages_of_the_periods_before_it(tmp_path):
    march_1, march_2 = datetime(2026, 3, 1, 12), datetime(2026, 3, 2, 12)
    steps = [[live_world([crawl(march_1)], [observation(march_1)])], [live_world([crawl(march_2)], [])]]
    whole = [live_world([crawl(march_1), crawl(march_2)], [observation(march_1)])]
    daily = built(tmp_path / "daily", steps)
    assert mart_fingerprints(daily) == mart_fingerprints(built(tmp_path / "at_once", [whole]))
    months = {key[1]: row for key, row in mart_rows(daily, "rank_games", 4).items() if key[1] == "month"}
    assert months["month"]["average_viewers"] == 5


def test_what_is_learnt_of_an_old_session_is_written_into_it_without_building_it_again(tmp_path):
    march_1, march_20 = datetime(2026, 3, 1, 12), datetime(2026, 3, 20, 12)
    streams = [("1", "s1", "11"), ("2", "s2", "12"), ("3", "s3", "13"), ("4", "s4", "14")]
    old = live_world(
        [crawl(march_1), crawl(march_1 + timedelta(hours=5))],
        [
            observation(march_1, streamer_id=streamer, stream_id=stream, game_id=game, started_at=march_1)
            for streamer, stream, game in streams
        ],
    )
    game_renamed = observation(march_20, streamer_id="9", stream_id="s9", game_id="12")
    new = live_world(
        [crawl(march_20)],
        [replace(game_renamed, game_name="Anew")],
        videos=[Video("v1", "s1", "1", march_1, 4 * 3600)],
        name_readings=[NameReading("3", "third", "Third", march_20)],
    )
    settings = built(tmp_path, [[old]])
    with duckdb.connect(settings.warehouse) as connection:
        connection.execute("update intermediate.int_sessions set peak_viewers = 777")
    sessions = mart_rows(built(tmp_path, [[new]]), "sessions", 3)
    learnt = {key[2]: row for key, row in sessions.items() if row["started_at"] == march_1}
    assert learnt["1"]["ended_at"] == march_1 + timedelta(hours=4)
    assert learnt["2"]["main_game"] == "Anew"
    assert learnt["3"]["streamer_name"] == "Third"
    assert [row["peak_viewers"] for _, row in sorted(learnt.items())] == [777] * 4
    assert sessions["twitch", f"9@{epoch(march_20)}", "9"]["peak_viewers"] == 10
