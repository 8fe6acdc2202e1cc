"""The reference gives every number of the metric definitions' worked example."""

from dataclasses import replace
from datetime import date

import pytest

from tests.reference.marts import marts
from tests.reference.worlds.worked_example import worked_example

JANUARY = date(2019, 1, 1)


@pytest.fixture(scope="module")
def example():
    return marts(worked_example())


def test_the_month_of_the_worked_example(example):
    month = example["monthly_activity"]["history", JANUARY]
    assert month["unique_streamers"] == 4
    assert month["hours_broadcast"] == 200 / 60
    assert month["hours_watched"] == (60 * 100 + 20 * 50 + 60 * 10 + 30 * 400 + 30 * 5) / 60
    assert round(month["average_viewers"], 4) == 141.0714
    assert month["average_viewers"] == 19750 / 140
    assert month["average_channels"] == 200 / 140
    assert month["viewers_per_channel"] == 98.75
    assert (month["peak_viewers"], month["peak_channels"]) == (405, 2)


def test_a_months_coverage_runs_to_the_newest_crawl(example):
    elapsed_minutes = 6 * 24 * 60 + 9 * 60 + 29
    assert example["monthly_activity"]["history", JANUARY]["coverage"] == 140 / elapsed_minutes


def test_a_month_is_not_closed_before_its_last_day(example):
    assert example["monthly_activity"]["history", JANUARY]["is_closed"] is False


def test_the_peak_of_a_game_is_a_sum_over_its_streams(example):
    duel = example["rank_games"]["history", "month", JANUARY, "Duel"]
    assert (duel["peak_viewers"], duel["peak_channels"], duel["unique_streamers"]) == (110, 2, 3)
    assert example["rank_games"]["history", "day", date(2019, 1, 5), "Duel"]["peak_viewers"] == 110


def test_the_publishers_of_the_first_quarter(example):
    quarter = {key[3]: row for key, row in example["rank_publishers"].items() if key[1] == "quarter"}
    assert set(quarter) == {"Soil Inc", "Apex Co"}
    assert (quarter["Soil Inc"]["rank"], quarter["Soil Inc"]["hours_watched"]) == (1, 13000 / 60)
    assert (quarter["Apex Co"]["rank"], quarter["Apex Co"]["hours_watched"]) == (2, 112.5)
    assert quarter["Soil Inc"]["share"] == 13000 / 19750
    assert quarter["Apex Co"]["period_end"] == date(2019, 4, 1)


def test_follower_growth_of_those_who_primarily_stream_fps(example):
    rows = example["rank_follower_growth"]
    fps = {key[4]: row for key, row in rows.items() if key[1] == "month" and key[3] == "FPS"}
    assert set(fps) == {"bo", "ana"}
    assert [fps["bo"][column] for column in ("rank", "follower_growth", "followers_gained")] == [
        1,
        60 / 200,
        60,
    ]
    assert [fps["ana"][column] for column in ("rank", "follower_growth", "followers_gained")] == [
        2,
        0.15,
        150,
    ]
    assert [fps["bo"]["rank_by_gained"], fps["ana"]["rank_by_gained"]] == [2, 1]


def test_a_base_of_zero_is_absent_from_follower_growth(example):
    assert not [key for key in example["rank_follower_growth"] if key[4] == "di"]
    everyone = [key[4] for key in example["rank_follower_growth"] if key[1] == "month" and key[3] == "(all)"]
    assert sorted(everyone) == ["ana", "bo", "cy"]


def test_loading_the_files_again_changes_nothing(example):
    world = worked_example()
    again = replace(world, history=world.history * 2, metadata=world.metadata * 2)
    newer = [replace(row, file_sequence=2) for row in world.metadata]
    assert marts(again) == example
    assert marts(replace(world, metadata=world.metadata + newer)) == example


def test_streamers_of_the_month_rank_by_every_measure(example):
    month = {key[3]: row for key, row in example["rank_streamers"].items() if key[1] == "month"}
    assert {name: row["rank"] for name, row in month.items()} == {"cy": 1, "ana": 2, "bo": 3, "di": 4}
    assert {name: row["rank_by_hours_broadcast"] for name, row in month.items()} == {
        "ana": 1,
        "bo": 2,
        "cy": 3,
        "di": 3,
    }
    assert {name: row["rank_by_average_viewers"] for name, row in month.items()} == {
        "cy": 1,
        "ana": 2,
        "bo": 3,
        "di": 4,
    }
    assert month["ana"]["average_viewers"] == 7000 / 80
    assert (month["ana"]["main_game"], month["ana"]["active_days"], month["ana"]["followers"]) == (
        "Duel",
        2,
        1150,
    )


def test_the_last_seven_days_end_with_the_last_day_of_the_file(example):
    keys = {key[2] for key in example["rank_streamers"] if key[1] == "last_7_days"}
    assert keys == {date(2019, 1, 1)}
    row = example["rank_streamers"]["history", "last_7_days", date(2019, 1, 1), "cy"]
    assert (row["period_end"], row["is_closed"]) == (date(2019, 1, 8), True)


def test_rank_changes_compare_adjacent_days(example):
    rows = example["rank_streamers"]
    assert rows["history", "day", date(2019, 1, 6), "ana"]["previous_rank"] == 1
    assert rows["history", "day", date(2019, 1, 6), "ana"]["rank_change"] == 0
    assert rows["history", "day", date(2019, 1, 7), "cy"]["previous_rank"] is None


def test_a_cut_keeps_whoever_leads_by_any_measure():
    rows = marts(worked_example(), ranking_depth=1)["rank_streamers"]
    assert {key[3] for key in rows if key[1] == "month"} == {"cy", "ana"}
    assert rows["history", "month", JANUARY, "ana"]["rank"] == 2


def test_entities_of_the_worked_example(example):
    assert example["live_now"] == {}
    assert len(example["crawls"]) == 140
    assert {row["sample_seconds"] for row in example["crawls"].values()} == {60}
    assert sum(row["streams"] for row in example["crawls"].values()) == 200
    assert example["games"]["history", "Duel"]["publishers"] == ["Apex Co"]
    assert example["games"]["history", "Duel"]["release_date"] == date(2017, 7, 14)
    assert len(example["streamers"]) == 4
