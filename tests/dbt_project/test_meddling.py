"""The marts of a whole build are those of a fresh warehouse, whatever was run at random between loads."""

import json
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ingestion.settings import Settings
from ingestion.warehouse.built import last_build
from tests.dbt_project.making.random_worlds import many_worlds
from tests.dbt_project.making.warehouses import build, land_world, load_worlds, mart_fingerprints, run_dbt
from tests.dbt_project.test_ledger import MODELS, broken, edited
from tests.dbt_project.test_rebuilding import parts, with_ids_of_48_hours
from tests.lengths import a_few_builds
from tests.reference.worlds.world import World

SETTINGS = {
    "timezone": ["UTC", "Europe/Berlin", "Asia/Kathmandu"],
    "reconnect_minutes": [10, 40],
    "ranking_depth": [1000, 2],
    "min_follower_base": [100, 1],
    "absent_crawls_to_close": [2, 3],
}


def _build_whole(settings: Settings, rows_at_once: int, **variables: str | int) -> None:
    """Build as often as there are parts."""
    waiting = True
    while waiting:
        assert run_dbt(settings, ["run"], rows_at_once=rows_at_once, **variables) == 0
        waiting = last_build(settings).waiting > 0


def _meddle(settings: Settings, random: Random) -> None:
    """Run some models, or all up to a kill or a failure, with settings drawn anew."""
    variables = {name: random.choice(values) for name, values in SETTINGS.items()}
    names = [path.stem for path in MODELS]
    match random.choice(["select", "select", "kill", "fail", "edit", "whole"]):
        case "select":
            chosen = random.sample(names, random.randint(1, 12))
            run_dbt(settings, ["run", "--select", *chosen], **variables)
        case "kill":
            run_dbt(settings, ["run"], killed_at=f"model.airtime.{random.choice(names)}", **variables)
        case "fail":
            run_dbt(
                settings,
                ["run"],
                edited=broken(random.choice(["int_streamer_days", "int_games"])),
                **variables,
            )
        case "edit":
            twice = edited("int_stretches", "sum(viewer_count *", "sum(2 * viewer_count *")
            run_dbt(settings, ["run"], edited=twice, **variables)
        case "whole":
            run_dbt(settings, ["run"], rows_at_once=random.choice([0, 50]), **variables)


@a_few_builds(1, 10)
@given(worlds=many_worlds(12, 20), random=st.randoms(use_true_random=False))
def test_whatever_was_run_between_loads_a_whole_build_ends_in_the_marts_of_a_fresh_warehouse(
    tmp_path_factory, worlds: list[World], random: Random
):
    worlds = [with_ids_of_48_hours(world) for world in worlds]
    settings = Settings(AIRTIME_HOME=tmp_path_factory.mktemp("meddled"))
    for step in zip(*(parts(world, 3, random) for world in worlds), strict=True):
        for world in step:
            land_world(settings, world)
        load_worlds(settings, step)
        for _ in range(random.randint(0, 2)):
            _meddle(settings, random)
    variables = {name: random.choice(values) for name, values in SETTINGS.items()}
    _build_whole(settings, random.choice([0, 300]), **variables)
    fresh = Settings(AIRTIME_HOME=tmp_path_factory.mktemp("fresh"))
    for world in worlds:
        land_world(fresh, world)
    load_worlds(fresh, worlds)
    build(fresh, "run", **variables)
    assert mart_fingerprints(settings) == mart_fingerprints(fresh), json.dumps(variables)
