"""Genres, languages, tags and the games of now, each by a case worked by hand."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.reference.marts import marts
from tests.reference.worlds.small import PLATFORM, crawl, live_world, observation
from tests.reference.worlds.world import HelixGame, HistoryRow, IgdbGame, MetadataRow, World, epoch

NOON = datetime(2019, 6, 15, 12)


def today(world: World, mart: str, **options: int) -> dict[str, dict]:
    return {key[3]: row for key, row in marts(world, **options)[mart].items() if key[1] == "day"}


def streams(*described: dict) -> World:
    """Return a world of one crawl with a streamer per description."""
    rows = [
        observation(NOON, **{"streamer_id": str(index), "stream_id": f"s{index}"} | one)
        for index, one in enumerate(described)
    ]
    return live_world([crawl(NOON)], rows)


def _with_games(world: World) -> World:
    games = [("1", "501"), ("2", "502"), ("509658", ""), ("4", "503"), ("5", "999")]
    known = [
        IgdbGame("501", [], ["Shooter", "Racing"], ["shooter", "racing"], ["first-person"], None),
        IgdbGame("502", [], ["Shooter"], ["shooter"], ["third-person"], None),
        IgdbGame("503", ["Apex"], [], [], [], None),
    ]
    helix_games = [HelixGame(game_id, f"Game{game_id}", igdb_id) for game_id, igdb_id in games]
    return live_world(world.crawls, world.observations, helix_games=helix_games, igdb_games=known)


def test_a_game_counts_in_full_for_each_of_its_genres():
    shown = [("1", 100), ("1", 10), ("2", 7), ("509658", 5), ("4", 4), ("5", 3), ("6", 2), ("", 1)]
    described = ({"game_id": game_id, "viewer_count": viewers} for game_id, viewers in shown)
    day = today(_with_games(streams(*described)), "rank_genres")
    assert {name: row["rank"] for name, row in day.items()} == {
        "Shooter": 1,
        "FPS": 2,
        "Racing": 2,
        "(unknown)": None,
        "(not a game)": None,
        "(no category)": None,
    }
    assert {name: row["peak_viewers"] for name, row in day.items()} == {
        "Shooter": 117,
        "FPS": 110,
        "Racing": 110,
        "(unknown)": 9,
        "(not a game)": 5,
        "(no category)": 1,
    }
    shooter = day["Shooter"]
    assert (shooter["hours_watched"], shooter["hours_broadcast"]) == (117 * 300 / 3600, 900 / 3600)
    assert (shooter["average_viewers"], shooter["average_channels"]) == (117, 3)
    assert (shooter["peak_channels"], shooter["unique_streamers"]) == (3, 3)
    assert shooter["share"] == 117 / 132


def test_genres_of_files_are_used_as_they_are():
    history = [HistoryRow("history", "ana", epoch(NOON), "Duel", 5, None)]
    history.append(HistoryRow("history", "bo", epoch(NOON), "Farm", 3, None))
    metadata = [MetadataRow("history", "Duel", 0, "Apex", genre, 1) for genre in ("FPS", "Arena")]
    day = today(World("history", 60, history=history, metadata=metadata), "rank_genres")
    assert {name: row["hours_watched"] for name, row in day.items()} == {
        "FPS": 300 / 3600,
        "Arena": 300 / 3600,
        "(unknown)": 180 / 3600,
    }


def test_a_stream_without_a_language_is_unknown_and_takes_no_place():
    described = (("", 90), (None, 5), ("en", 20), ("de", 20), ("other", 3))
    world = streams(*({"language": language, "viewer_count": viewers} for language, viewers in described))
    day = today(world, "rank_languages")
    assert {name: (row["rank"], row["peak_viewers"]) for name, row in day.items()} == {
        "(unknown)": (None, 95),
        "en": (1, 20),
        "de": (1, 20),
        "other": (3, 3),
    }


def test_files_have_no_language_and_no_tags():
    world = World("history", 60, history=[HistoryRow("history", "ana", epoch(NOON), "Duel", 5, None)])
    assert set(today(world, "rank_languages")) == {"(unknown)"}
    assert marts(world)["rank_tags"] == {}


def test_a_stream_counts_in_full_for_each_of_its_tags_once():
    tags = (["Chill", "English", "Chill"], ["English", "", "  "], [], None, ["english"])
    viewers = (10, 5, 100, 100, 1)
    world = streams(*({"tags": one, "viewer_count": count} for one, count in zip(tags, viewers, strict=True)))
    day = today(world, "rank_tags")
    assert {name: (row["rank"], row["hours_watched"]) for name, row in day.items()} == {
        "English": (1, 16 * 300 / 3600),
        "Chill": (2, 10 * 300 / 3600),
    }
    assert (day["English"]["unique_streamers"], day["English"]["share"]) == (3, 16 / 216)


@pytest.mark.parametrize(
    ("tags", "shown"),
    [
        (["LoL", "lol", "lol", "LOL"], {"lol"}),
        (["lol", "LoL"], {"LoL"}),
        ([" Chill", "Chill\u3000", "chill"], {"Chill"}),
        (["A\u0308rger", "ärger", "Ärger"], {"Ärger"}),
        (["Straße", "STRASSE", "strasse"], {"STRASSE"}),
        (["ΟΔΟΣ", "οδος", "οδοσ"], {"ΟΔΟΣ"}),
        (["İzmir", "izmir", "ızmir"], {"İzmir", "izmir", "ızmir"}),
        ([" ", "\u00a0"], set()),
    ],
)
def test_tags_that_differ_in_case_form_or_blanks_are_one_in_the_spelling_most_on_air(tags, shown):
    world = streams(*({"tags": [tag]} for tag in tags))
    assert set(today(world, "rank_tags")) == shown


def test_tags_and_language_are_those_of_the_row_that_counts():
    later = NOON + timedelta(minutes=5)
    rows = [
        observation(NOON, tags=["Old"], language="de", position=1),
        observation(NOON, tags=["New"], language="en", position=2),
        observation(later, tags=["Newer"], language="en"),
    ]
    world = live_world([crawl(NOON), crawl(later)], rows)
    assert set(today(world, "rank_tags")) == {"New", "Newer"}
    assert set(today(world, "rank_languages")) == {"en"}


GAMES_NOW_COLUMNS = [
    "game_name",
    "viewer_count",
    "stream_count",
    "top_streamer_name",
    "top_streamer_viewers",
    "started_last_15_minutes",
]


def test_the_games_of_now_are_those_of_the_newest_complete_crawl():
    later, newest = NOON + timedelta(minutes=5), NOON + timedelta(minutes=10)
    new = newest - timedelta(minutes=15) + timedelta(seconds=1)
    shown = [("1", "7", 50, new), ("1", "8", 50, newest), ("1", "9", 1, new - timedelta(seconds=1))]
    shown.append(("", "10", 4, None))
    rows = [
        observation(
            newest, streamer_id=name, stream_id=name, game_id=game_id, viewer_count=count, started_at=start
        )
        for game_id, name, count, start in shown
    ]
    rows.append(observation(NOON, game_id="2"))
    rows[0], rows[1] = replace(rows[0], streamer_name="Zoe"), replace(rows[1], streamer_name="Ann")
    crawls = [crawl(NOON), crawl(newest), crawl(newest + timedelta(minutes=5), is_complete=False)]
    rows.append(observation(later + timedelta(minutes=10), game_id="3"))
    now = marts(live_world(crawls, rows))["games_now"]
    assert {key: tuple(row.values()) for key, row in now.items()} == {
        (PLATFORM, "1"): ("Game1", 101, 3, "Ann", 50, 2),
        (PLATFORM, "(no category)"): ("(no category)", 4, 1, "Name10", 4, 0),
    }
    assert list(now[PLATFORM, "1"]) == GAMES_NOW_COLUMNS


def test_files_have_no_games_of_now():
    world = World("history", 60, history=[HistoryRow("history", "ana", epoch(NOON), "Duel", 5, None)])
    assert marts(world)["games_now"] == {}
