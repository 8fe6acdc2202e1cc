"""The marts equal the slow reference: worked, recorded and random worlds."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion.settings import Settings
from tests.dbt_project.comparison import differences
from tests.dbt_project.warehouses import build, land_world, load_worlds, many_worlds, mart_rows
from tests.reference.worlds import elite, timezones, worked_example

ELITE = Path(__file__).parents[3] / "shared" / "data" / "elite"
JANUARY = date(2019, 1, 1)


@pytest.fixture(scope="module")
def worked(tmp_path_factory) -> Settings:
    settings = Settings(AIRTIME_HOME=tmp_path_factory.mktemp("worked"))
    land_world(settings, worked_example())
    load_worlds(settings, [])
    build(settings)
    return settings


def test_the_worked_example_has_the_published_month(worked):
    month = mart_rows(worked, "monthly_activity", 2)["history", JANUARY]
    assert month["unique_streamers"] == 4
    assert month["hours_broadcast"] == 200 / 60
    assert month["hours_watched"] == 19750 / 60
    assert month["average_viewers"] == 19750 / 140
    assert month["average_channels"] == 200 / 140
    assert month["viewers_per_channel"] == 98.75
    assert month["peak_viewers"] == 405


def test_the_worked_example_has_the_published_publishers(worked):
    ranking = mart_rows(worked, "rank_publishers", 4)
    soil = ranking["history", "quarter", JANUARY, "Soil Inc"]
    apex = ranking["history", "quarter", JANUARY, "Apex Co"]
    assert (soil["rank"], soil["hours_watched"]) == (1, 13000 / 60)
    assert (apex["rank"], apex["hours_watched"]) == (2, 112.5)


def test_the_worked_example_has_the_published_peak_of_a_game(worked):
    ranking = mart_rows(worked, "rank_games", 4)
    assert ranking["history", "day", date(2019, 1, 5), "Duel"]["peak_viewers"] == 110


def test_the_worked_example_has_the_published_follower_growth(worked):
    ranking = mart_rows(worked, "rank_follower_growth", 5)
    fps = {
        key[4]: (row["rank"], row["follower_growth"])
        for key, row in ranking.items()
        if key[1:4] == ("month", JANUARY, "FPS")
    }
    assert fps == {"bo": (1, 0.3), "ana": (2, 0.15)}


def test_the_worked_example_equals_the_reference_in_every_period(worked):
    assert differences(worked, [worked_example()]) == []


@pytest.mark.skipif(not ELITE.exists(), reason="the recorded data is not beside the project")
def test_recorded_data_equals_the_reference_in_every_period(tmp_path):
    settings, world = Settings(AIRTIME_HOME=tmp_path), elite(ELITE)
    land_world(settings, world)
    load_worlds(settings, [])
    build(settings)
    assert differences(settings, [world]) == []


@hypothesis_settings(
    max_examples=4,
    deadline=None,
    verbosity=Verbosity.quiet,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
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
