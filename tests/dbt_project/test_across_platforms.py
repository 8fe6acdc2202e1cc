"""What platforms have in common: a category of one is Twitch's of the same name, whenever that is learnt."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from ingestion.settings import Settings
from ingestion.warehouse.built import last_build
from ingestion.warehouse.reference import write_reference
from tests.dbt_project.making.built_homes import built
from tests.dbt_project.making.comparison import ACROSS, differences
from tests.dbt_project.making.edge_worlds import named
from tests.dbt_project.making.reference_rows import reference_tables
from tests.dbt_project.making.several_platforms import (
    EPIC,
    FORTNITE,
    NOON,
    of_kick,
    of_trovo,
    of_twitch,
    seen,
)
from tests.dbt_project.making.warehouses import (
    build,
    land_world,
    load_worlds,
    mart_fingerprints,
    mart_rows,
    run_dbt,
)
from tests.reference.worlds.small import live_world
from tests.reference.worlds.world import HistoryRow, Override, World, epoch

NEXT_NOON = NOON + timedelta(days=1)
MARCH = date(2026, 3, 1)
MONTH = ("month", MARCH)
# what is learnt after Kick and Trovo were built, step by step, and no crawl of theirs with it
LEARNT = {
    "a category and its entry at IGDB that Twitch and IGDB are asked for": [
        World("twitch", 300, helix_games=FORTNITE, igdb_games=EPIC)
    ],
    "names that a crawl of Twitch of another day sees": [of_twitch(at=NEXT_NOON)],
    "an override of a category that Twitch has": [
        World("twitch", 300, helix_games=FORTNITE),
        World("twitch", 300, helix_games=FORTNITE, overrides=[Override("33214", "Own Co", "(not a game)")]),
    ],
    "a new name of a category of Twitch": [
        of_twitch(helix_games=FORTNITE, igdb_games=EPIC),
        replace(seen(("33214", "Fortnite 2", 1), at=NEXT_NOON), helix_games=FORTNITE, igdb_games=EPIC),
    ],
}


def together(worlds: list[World]) -> World:
    """Return what was seen in all of Twitch's worlds, with what is known in the last."""
    crawls = [one for world in worlds for one in world.crawls]
    return replace(
        worlds[-1], crawls=crawls, observations=[row for one in worlds for row in one.observations]
    )


@pytest.mark.parametrize("learnt", LEARNT)
def test_what_is_learnt_of_twitch_reaches_days_of_other_platforms_that_were_built_before(tmp_path, learnt):
    others = [of_kick(), of_trovo()]
    in_turns = built(tmp_path / "in_turns", [others, *([world] for world in LEARNT[learnt])])
    at_once = [*others, together(LEARNT[learnt])]
    fresh = built(tmp_path / "fresh", [at_once])
    assert mart_fingerprints(in_turns) == mart_fingerprints(fresh)
    assert differences(in_turns, at_once) == []


def test_what_a_later_part_of_a_build_says_of_twitch_reaches_the_platforms_of_the_parts_before(tmp_path):
    twitch = of_twitch(at=NEXT_NOON, overrides=[Override("33214", "Own Co", None)])
    worlds = [of_kick(), of_trovo(), twitch]
    home = Settings(AIRTIME_HOME=tmp_path / "home")
    for world in worlds:
        land_world(home, world)
    load_worlds(home, worlds)
    waiting = []
    while not waiting or waiting[-1]:
        assert run_dbt(home, ["run"], rows_at_once=1) == 0
        waiting.append(last_build(home).waiting)
    assert waiting == [2, 1, 0]
    assert differences(home, worlds) == []


@pytest.fixture(scope="module")
def three(tmp_path_factory) -> Settings:
    """Three platforms and a file in March; Kick alone is crawled in April, too."""
    twitch = of_twitch(helix_games=FORTNITE, igdb_games=EPIC, overrides=[Override("77", "Us", "Own")])
    kick = replace(of_kick(), overrides=[Override("f", "Nobody", None), Override("o", "Nobody", None)])
    later = named("kick", seen(("f", "FORTNITE", 3), at=NOON + timedelta(days=30)))
    kick = replace(
        kick, crawls=kick.crawls + later.crawls, observations=kick.observations + later.observations
    )
    rows = [HistoryRow("history", "ana", epoch(datetime(2019, 1, 5)), "Fortnite", 900, None)]
    history = World("history", 300, history=rows)
    home, worlds = tmp_path_factory.mktemp("three"), [twitch, kick, of_trovo(), history]
    settings = built(home, [worlds])
    build(settings)
    assert differences(settings, worlds) == []
    return settings


def across(settings: Settings, period: str, start: date) -> dict[tuple, dict]:
    rows = mart_rows(settings, ACROSS, 4)
    return {(key[3], key[0]): row for key, row in rows.items() if key[1:3] == (period, start)}


def test_a_category_has_the_facts_of_twitch_whatever_the_user_says_of_it_elsewhere(three):
    games = mart_rows(three, "games", 2)
    for game_id in ("f", "f2"):
        game = games["kick", game_id]
        assert (game["publishers"], game["genres"]) == (["Epic Games"], ["Shooter"])
        assert (game["release_date"], game["shared_game_id"]) == (date(2017, 7, 14), "33214")
    assert games["kick", "o"]["publishers"] == games["trovo", "11"]["publishers"] == ["Us"]


def test_just_chatting_is_no_game_on_any_platform_even_where_twitch_is_not_crawled(tmp_path):
    home = built(tmp_path / "home", [[of_kick()]])
    ranked = mart_rows(home, "rank_publishers", 4)
    publishers = {key[3]: row["peak_viewers"] for key, row in ranked.items() if key[1:3] == MONTH}
    assert publishers == {"(not a game)": 40, "(unknown)": 60}


def test_an_override_of_the_own_platform_counts_where_twitch_has_no_such_name(tmp_path):
    overrides = [Override("o", "Own Co", "Chess"), Override("15", "Nobody", "Nothing")]
    home = built(tmp_path / "home", [[replace(of_kick(), overrides=overrides)]])
    games = mart_rows(home, "games", 2)
    ours, chatting = games["kick", "o"], games["kick", "15"]
    assert (ours["publishers"], ours["genres"], ours["metadata_source"]) == (
        ["Own Co"],
        ["Chess"],
        "override",
    )
    assert (chatting["publishers"], chatting["is_not_a_game"]) == ([], True)
    write_reference(home, reference_tables([named("kick", live_world([], [], overrides=overrides[1:]))]))
    build(home, "run")
    assert mart_rows(home, "games", 2)["kick", "o"]["publishers"] == []


def test_files_that_were_imported_keep_their_own_facts_and_are_no_platform(three):
    game = mart_rows(three, "games", 2)["history", "Fortnite"]
    assert (game["publishers"], game["shared_game_id"]) == ([], None)
    assert {key[0] for key in mart_rows(three, ACROSS, 4)} == {"kick", "trovo", "twitch"}


def test_a_game_is_shared_out_among_the_platforms_of_a_day(three):
    day = across(three, "day", NOON.date())
    shares = {key: (row["rank"], row["share"], row["unique_streamers"]) for key, row in day.items()}
    # 100 viewers on Twitch, 30 and 20 in two categories of Kick, 7 on Trovo; 1, 10 and 5 of Ours
    assert shares == {
        ("33214", "twitch"): (1, 100 / 157, 1),
        ("33214", "kick"): (1, 50 / 157, 2),
        ("33214", "trovo"): (1, 7 / 157, 1),
        ("509658", "kick"): (2, 1, 1),
        ("77", "kick"): (3, 10 / 16, 1),
        ("77", "trovo"): (3, 5 / 16, 1),
        ("77", "twitch"): (3, 1 / 16, 1),
    }
    assert {row["game_name"] for row in day.values()} == {"Fortnite", "Just Chatting", "Ours"}
    # two crawls of 300 seconds
    assert day["33214", "kick"]["hours_watched"] == 50 * 600 / 3600
    assert day["33214", "kick"]["game_hours_watched"] == 157 * 600 / 3600


def test_a_platform_that_does_not_cover_a_period_is_in_no_sum_and_is_named_absent(three):
    march, year = across(three, *MONTH), across(three, "year", date(2026, 1, 1))
    april = across(three, "month", date(2026, 4, 1))
    everyone, others = ["kick", "trovo", "twitch"], ["trovo", "twitch"]
    named_platforms = {(tuple(row["platforms"]), tuple(row["absent_platforms"])) for row in march.values()}
    assert named_platforms == {(tuple(everyone), ())}
    # Kick was crawled in April for as long as in March, the others have half of its year
    assert {key: (row["platforms"], row["absent_platforms"], row["share"]) for key, row in april.items()} == {
        ("33214", "kick"): (["kick"], others, 1)
    }
    assert {tuple(row["absent_platforms"]) for row in year.values()} == {tuple(others)}
    assert {platform for _, platform in year} == {"kick"}


def test_a_period_is_closed_when_it_is_on_every_platform_in_it(three):
    assert {row["is_closed"] for row in across(three, "day", NOON.date()).values()} == {False}
    assert mart_rows(three, "rank_games", 4)["kick", "day", NOON.date(), "f"]["is_closed"] is True


def test_what_no_category_has_on_twitch_platforms_have_in_common_by_name(tmp_path):
    worlds = [of_kick(), of_trovo(), named("soop", seen(("000400", "", 3)))]
    home = built(tmp_path / "home", [worlds])
    month = across(home, *MONTH)
    assert {key: row["game_name"] for key, row in month.items() if key[0].startswith(("*:", "soop"))} == {
        ("*:fortnite", "kick"): " fortnite",
        ("*:fortnite", "trovo"): " fortnite",
        ("*:ours", "kick"): "OURS",
        ("*:ours", "trovo"): "OURS",
        ("soop:000400", "soop"): "000400",
    }
    assert month["*:ours", "kick"]["share"] == 10 / 15


def test_a_letter_with_its_dots_apart_is_the_letter(tmp_path):
    worlds = [named("kick", seen(("1", "Bu\u0308cher", 5))), named("trovo", seen(("2", "B\u00dcCHER", 5)))]
    home = built(tmp_path / "home", [worlds])
    names = {key: row["game_name"] for key, row in across(home, *MONTH).items()}
    assert names == dict.fromkeys((("*:b\u00fccher", one) for one in ("kick", "trovo")), "B\u00dcCHER")
