"""Tests of what enrichment adds: names that the platform gave later, the user's own publishers and genres."""

from datetime import datetime, timedelta

import pytest

from tests.reference.marts import marts
from tests.reference.worlds.small import PLATFORM, crawl, live_world, observation
from tests.reference.worlds.world import HelixGame, IgdbGame, NameReading, Override

NOON = datetime(2026, 3, 1, 12)


@pytest.mark.parametrize(
    ("minutes", "current", "earlier"), [(5, "Anna", "Ana"), (0, "Ana", "Anna"), (-5, "Ana", "Anna")]
)
def test_the_name_seen_last_is_the_current_one(minutes, current, earlier):
    reading = NameReading("7", "anna", "Anna", NOON + timedelta(minutes=minutes))
    world = live_world([crawl(NOON)], [observation(NOON, name="Ana")], name_readings=[reading])
    result = marts(world)
    row = result["streamers"][PLATFORM, "7"]
    assert (row["streamer_name"], row["earlier_names"]) == (current, [earlier])
    assert len(row["earlier_logins"]) == 1
    assert result["rank_streamers"][PLATFORM, "day", NOON.date(), "7"]["streamer_name"] == current


def test_a_reading_of_somebody_never_observed_makes_no_streamer():
    world = live_world([crawl(NOON)], [observation(NOON)], name_readings=[NameReading("9", "x", "X", NOON)])
    assert set(marts(world)["streamers"]) == {(PLATFORM, "7")}


IGDB = IgdbGame("501", ["Apex Co"], ["Shooter"], ["shooter"], ["first-person"], 0)


@pytest.mark.parametrize(
    ("igdb_id", "overrides", "expected"),
    [
        ("501", [], (["Apex Co"], ["FPS", "Shooter"], "igdb")),
        ("501", [("Own Co", None)], (["Own Co"], ["FPS", "Shooter"], "override")),
        ("501", [(None, "Chess"), (None, "Go")], (["Apex Co"], ["Chess", "Go"], "override")),
        ("", [("Own Co", "Chess")], (["Own Co"], ["Chess"], "override")),
        ("", [], ([], [], None)),
        ("999", [], ([], [], None)),
    ],
)
def test_an_override_wins_over_igdb_for_the_kind_it_names(igdb_id, overrides, expected):
    world = live_world(
        [crawl(NOON)],
        [observation(NOON, game_id="1")],
        helix_games=[HelixGame("1", "Duel", igdb_id)],
        igdb_games=[IGDB],
        overrides=[Override("1", *pair) for pair in overrides],
    )
    result = marts(world)
    row = result["games"][PLATFORM, "1"]
    assert (row["publishers"], row["genres"], row["metadata_source"]) == expected
    ranked = {key[3] for key in result["rank_publishers"] if key[1] == "day"}
    assert ranked == set(expected[0]) or not expected[0]
