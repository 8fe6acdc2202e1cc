"""The marts equal the slow reference: worked, recorded and random worlds."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ingestion.settings import Settings
from tests.dbt_project.making.comparison import differences
from tests.dbt_project.making.dbt_worker import PARSED
from tests.dbt_project.making.edge_worlds import known_worlds
from tests.dbt_project.making.random_worlds import many_worlds
from tests.dbt_project.making.warehouses import DBT_PROJECT, build, land_world, load_worlds, mart_rows
from tests.lengths import a_few_builds
from tests.reference.worlds.all_worlds import timezones

JANUARY = date(2019, 1, 1)


def test_the_worked_example_has_the_published_month(edges):
    month = mart_rows(edges, "monthly_activity", 2)["history", JANUARY]
    assert month["unique_streamers"] == 4
    assert month["hours_broadcast"] == 200 / 60
    assert month["hours_watched"] == 19750 / 60
    assert month["average_viewers"] == 19750 / 140
    assert month["average_channels"] == 200 / 140
    assert month["viewers_per_channel"] == 98.75
    assert month["peak_viewers"] == 405


def test_the_worked_example_has_the_published_publishers(edges):
    ranking = mart_rows(edges, "rank_publishers", 4)
    soil = ranking["history", "quarter", JANUARY, "Soil Inc"]
    apex = ranking["history", "quarter", JANUARY, "Apex Co"]
    assert (soil["rank"], soil["hours_watched"]) == (1, 13000 / 60)
    assert (apex["rank"], apex["hours_watched"]) == (2, 112.5)


def test_the_worked_example_has_the_published_peak_of_a_game(edges):
    ranking = mart_rows(edges, "rank_games", 4)
    assert ranking["history", "day", date(2019, 1, 5), "Duel"]["peak_viewers"] == 110


def test_the_worked_example_has_the_published_follower_growth(edges):
    ranking = mart_rows(edges, "rank_follower_growth", 5)
    fps = {
        key[4]: (row["rank"], row["follower_growth"])
        for key, row in ranking.items()
        if key[1:4] == ("month", JANUARY, "FPS")
    }
    assert fps == {"bo": (1, 0.3), "ana": (2, 0.15)}


def test_worked_and_recorded_worlds_and_those_at_the_edges_equal_the_reference_in_every_period(edges):
    assert differences(edges, known_worlds(), besides="impossible") == []


def test_the_models_pass_their_unit_tests(edges, tmp_path):
    if PARSED.exists():
        shutil.copy(PARSED, tmp_path)
    # a process of dbt's own: unit tests of models parsed in another one miss some of their inputs
    command = [Path(sys.executable).with_name("dbt"), "--quiet", "test", "--select", "test_type:unit"]
    folders = ["--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT, "--target-path", tmp_path]
    environment = {**os.environ, "AIRTIME_WAREHOUSE": str(edges.warehouse), "DBT_LOG_PATH": str(tmp_path)}
    done = subprocess.run([*command, *folders], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@a_few_builds(3, 30)
@given(
    worlds=many_worlds(20, 40),
    timezone=timezones(),
    ranking_depth=st.sampled_from((1, 3, 1000)),
)
def test_random_worlds_equal_the_reference(tmp_path_factory, worlds, timezone, ranking_depth):
    settings = Settings(AIRTIME_HOME=tmp_path_factory.mktemp("random"))
    for world in worlds:
        land_world(settings, world)
    load_worlds(settings, worlds)
    build(settings, timezone=timezone, ranking_depth=ranking_depth)
    found = differences(settings, worlds, timezone=timezone, ranking_depth=ranking_depth)
    assert not found, "\n".join(found[:20])
