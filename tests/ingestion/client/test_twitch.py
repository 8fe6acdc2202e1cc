"""Tests of users, games and follower counts."""

from datetime import datetime

import pytest

from ingestion.client.helix import Helix, connect
from ingestion.client.twitch import (
    GAMES_SCHEMA,
    USERS_SCHEMA,
    fetch_games,
    fetch_users,
)
from ingestion.settings import Settings
from tests.ingestion.fake_twitch import FakeTwitch, answer
from tests.ingestion.loopback import Clock

FETCHED_AT = datetime(2026, 3, 1, 10)


@pytest.fixture
def helix(settings: Settings, clock: Clock, twitch: FakeTwitch) -> Helix:
    return connect(settings, now=clock.now, sleep=clock.sleep)


def _user(number: int, **fields) -> dict:
    row = {
        "id": str(number),
        "login": f"login{number}",
        "display_name": f"Name{number}",
        "type": "",
        "broadcaster_type": "partner",
        "description": "words",
        "created_at": "2016-05-04T03:02:01.123456Z",
        "view_count": 0,
    }
    return row | fields


def test_users_come_with_their_names_and_kinds(helix: Helix, twitch: FakeTwitch):
    twitch.rows["/helix/users"] = [_user(1), _user(2, broadcaster_type="", type="staff", created_at="")]

    users, _ = fetch_users(helix, ["1", "2"], FETCHED_AT)

    assert users.schema == USERS_SCHEMA
    first, second = users.to_pylist()
    assert first == {
        "platform": "twitch",
        "id": "1",
        "login": "login1",
        "display_name": "Name1",
        "type": None,
        "broadcaster_type": "partner",
        "created_at": datetime(2016, 5, 4, 3, 2, 1, 123456),
        "fetched_at": FETCHED_AT,
    }
    assert (second["type"], second["broadcaster_type"], second["created_at"]) == ("staff", None, None)


def test_users_are_asked_for_in_hundreds_and_the_unknown_are_absent(helix: Helix, twitch: FakeTwitch):
    twitch.rows["/helix/users"] = [_user(number) for number in range(150)]
    users, _ = fetch_users(helix, [str(number) for number in range(250)], FETCHED_AT)
    assert users["id"].to_pylist() == [str(number) for number in range(150)]
    assert [len(params) for params in twitch.called("/helix/users")] == [100, 100, 50]


def test_a_game_without_an_igdb_id_differs_from_one_that_is_no_game(helix: Helix, twitch: FakeTwitch):
    art = {"box_art_url": "https://example.org/a.jpg"}
    twitch.rows["/helix/games"] = [
        {"id": "1", "name": "Duel", "igdb_id": "77", **art},
        {"id": "2", "name": "Just Chatting", "igdb_id": "", "box_art_url": ""},
        {"id": "3", "name": "Farm", **art},
    ]

    games, _ = fetch_games(helix, ["1", "2", "3"], FETCHED_AT)

    assert games.schema == GAMES_SCHEMA
    assert games["igdb_id"].to_pylist() == ["77", "", None]
    assert games["box_art_url"].to_pylist() == [
        "https://example.org/a.jpg",
        None,
        "https://example.org/a.jpg",
    ]
    assert set(games["platform"].to_pylist()) == {"twitch"}


def test_a_game_is_named_in_one_unicode_form(helix: Helix, twitch: FakeTwitch):
    twitch.rows["/helix/games"] = [
        {"id": "1", "name": "Bu\u0308cher", "igdb_id": ""},
        {"id": "2", "name": ""},
    ]
    games, _ = fetch_games(helix, ["1", "2"], FETCHED_AT)
    assert games["name"].to_pylist() == ["B\u00fccher", None]


@pytest.mark.parametrize("fetch", [fetch_users, fetch_games])
def test_no_ids_are_an_empty_table_and_no_call(fetch, helix: Helix, twitch: FakeTwitch):
    assert len(fetch(helix, [], FETCHED_AT)[0]) == 0
    assert twitch.requests == []


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ({"login": 5}, "login is no text"),
        ({"created_at": "long ago"}, "created_at is no time such as 2026-01-17T12:00:00Z"),
        ({"broadcaster_type": ["partner"]}, "broadcaster_type is no text"),
    ],
)
def test_a_user_that_cannot_be_is_set_aside_and_the_others_stay(
    odd, reason, helix: Helix, twitch: FakeTwitch
):
    twitch.rows["/helix/users"] = [_user(1), _user(2, **odd), _user(3)]
    users, rejects = fetch_users(helix, ["1", "2", "3"], FETCHED_AT)
    assert users["id"].to_pylist() == ["1", "3"]
    assert [(one.id, one.reason) for one in rejects] == [("2", reason)]


def test_answers_without_an_id_or_that_are_no_objects_are_set_aside(helix: Helix, twitch: FakeTwitch):
    rows = [None, {"name": "Farm"}, {"id": "1", "name": "Duel", "igdb_id": 7}, {"id": "2", "name": "Chess"}]
    twitch.faults["/helix/games"] = [answer(200, {"data": rows})]
    games, rejects = fetch_games(helix, ["1", "2"], FETCHED_AT)
    assert games["id"].to_pylist() == ["2"]
    reasons = ["the row is no object", "id is missing", "igdb_id is no text"]
    assert [one.reason for one in rejects] == reasons
