"""The marts equal the slow reference: worked, recorded and random worlds."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ingestion.settings import Settings
from tests.dbt_project.comparison import differences
from tests.dbt_project.edge_worlds import known_worlds
from tests.dbt_project.random_worlds import many_worlds
from tests.dbt_project.warehouses import build, land_world, load_worlds, mart_rows, run_dbt
from tests.lengths import a_few_builds
from tests.reference.worlds import timezones

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


def test_the_models_pass_their_unit_tests(edges):
    assert run_dbt(edges, ["test", "--select", "test_type:unit"]) == 0, (edges.root / "dbt.txt").read_text()


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
