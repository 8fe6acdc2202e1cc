"""Tests of games' metadata from IGDB."""

from datetime import datetime

import pytest

from ingestion.client.http import ApiError
from ingestion.client.igdb import IGDB_GAMES_SCHEMA, Igdb, connect, fetch_igdb_games
from ingestion.settings import Settings
from tests.ingestion.fake_twitch import FakeTwitch, answer
from tests.ingestion.loopback import Clock

FETCHED_AT = datetime(2026, 3, 1, 10)
GAMES = "/v4/games"
DUEL = {
    "id": 7,
    "name": "Duel",
    "slug": "duel",
    "first_release_date": 1_546_300_800,
    "updated_at": 1_700_000_001,
    "genres": [{"id": 5, "name": "Shooter", "slug": "shooter"}, {"id": 31, "name": "Adventure"}],
    "player_perspectives": [{"id": 1, "slug": "first-person"}],
    "involved_companies": [
        {"id": 1, "publisher": True, "company": {"id": 1, "name": "Apex Co"}},
        {"id": 2, "publisher": False, "company": {"id": 2, "name": "Makers"}},
        {"id": 3, "publisher": True, "company": {"id": 3, "name": "Soil Inc"}},
        {"id": 4, "publisher": True, "company": {"id": 1, "name": "Apex Co"}},
        {"id": 5, "publisher": True},
        {"id": 6},
    ],
}


@pytest.fixture
def igdb(settings: Settings, clock: Clock, twitch: FakeTwitch) -> Igdb:
    return connect(settings, now=clock.now, sleep=clock.sleep)


def test_a_game_comes_with_its_publishers_genres_and_perspectives(igdb: Igdb, twitch: FakeTwitch):
    twitch.igdb = [DUEL]

    games, _ = fetch_igdb_games(igdb, ["7"], FETCHED_AT)

    assert games.schema == IGDB_GAMES_SCHEMA
    assert games.to_pylist() == [
        {
            "id": "7",
            "name": "Duel",
            "slug": "duel",
            "first_release_date": datetime(2019, 1, 1),
            "updated_at": datetime(2023, 11, 14, 22, 13, 21),
            "genres": ["Shooter", "Adventure"],
            "genre_slugs": ["shooter"],
            "perspective_slugs": ["first-person"],
            "publishers": ["Apex Co", "Soil Inc"],
            "fetched_at": FETCHED_AT,
        }
    ]


def test_absent_fields_are_null_or_empty(igdb: Igdb, twitch: FakeTwitch):
    twitch.igdb = [{"id": 8}]
    [game] = fetch_igdb_games(igdb, ["8"], FETCHED_AT)[0].to_pylist()
    assert [game.pop(name) for name in ("genres", "genre_slugs", "perspective_slugs", "publishers")] == [
        []
    ] * 4
    assert game == {
        "id": "8",
        "name": None,
        "slug": None,
        "first_release_date": None,
        "updated_at": None,
        "fetched_at": FETCHED_AT,
    }


def test_a_release_before_1970_is_a_date_too(igdb: Igdb, twitch: FakeTwitch):
    twitch.igdb = [{"id": 8, "first_release_date": -86_400}]
    games, _ = fetch_igdb_games(igdb, ["8"], FETCHED_AT)
    assert games["first_release_date"].to_pylist() == [datetime(1969, 12, 31)]


def test_ids_are_asked_for_once_in_five_hundreds_at_less_than_four_calls_a_second(
    igdb: Igdb, clock: Clock, twitch: FakeTwitch
):
    twitch.igdb = [{"id": number} for number in range(1, 1201)]
    asked = [str(number) for number in range(1, 1301)]

    games, _ = fetch_igdb_games(igdb, [*asked, "5", ""], FETCHED_AT)

    assert games["id"].to_pylist() == asked[:1200]
    bodies = twitch.bodies(GAMES)
    assert [body.partition("where")[2].count(",") + 1 for body in bodies] == [500, 500, 300]
    assert bodies[0].startswith("fields name,slug,first_release_date,updated_at,genres.slug,genres.name,")
    assert bodies[0].endswith(",499,500); limit 500;")
    assert clock.slept == pytest.approx([0.27, 0.27])


def test_a_429_is_waited_out(igdb: Igdb, clock: Clock, twitch: FakeTwitch):
    twitch.igdb = [DUEL]
    twitch.faults[GAMES] = [answer(429), answer(429)]
    assert len(fetch_igdb_games(igdb, ["7"], FETCHED_AT)[0]) == 1
    assert sum(clock.slept) >= 3


def test_an_expired_token_is_renewed_once(igdb: Igdb, twitch: FakeTwitch):
    twitch.igdb = [DUEL]
    fetch_igdb_games(igdb, ["7"], FETCHED_AT)
    twitch.tokens.append("revoked")
    assert len(fetch_igdb_games(igdb, ["7"], FETCHED_AT)[0]) == 1
    assert len(twitch.called("/oauth2/token")) == 2


def test_no_ids_are_an_empty_table_and_no_call(igdb: Igdb, twitch: FakeTwitch):
    assert fetch_igdb_games(igdb, ["", ""], FETCHED_AT)[0].schema == IGDB_GAMES_SCHEMA
    assert twitch.requests == []


@pytest.mark.parametrize("odd", ["7); fields *; where id = (8", "x", "٣", "-1"])
def test_an_id_that_is_no_number_is_refused(odd: str, igdb: Igdb, twitch: FakeTwitch):
    with pytest.raises(ValueError, match="an IGDB id is a number"):
        fetch_igdb_games(igdb, ["7", odd], FETCHED_AT)
    assert twitch.requests == []


def test_an_answer_of_another_shape_is_an_error(igdb: Igdb, twitch: FakeTwitch):
    twitch.faults[GAMES] = [answer(200, {"message": "x"})]
    with pytest.raises(ApiError, match="no list of rows"):
        fetch_igdb_games(igdb, ["7"], FETCHED_AT)


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ({"id": None}, "id is missing"),
        ({"id": "seven"}, "id is no whole number from 1 to 9,007,199,254,740,992"),
        ({"first_release_date": "2019"}, "first_release_date is no number of seconds since 1970"),
        ({"first_release_date": 2**60}, "first_release_date is no number of seconds since 1970"),
        ({"updated_at": 10**14}, "updated_at is no number of seconds since 1970"),
        ({"genres": [5]}, "genres is no list of objects"),
        ({"genres": {"name": "Shooter"}}, "genres is no list of objects"),
        ({"involved_companies": [7]}, "involved_companies is no list of objects"),
        ({"involved_companies": [{"publisher": True, "company": 7}]}, "company is no object"),
        ({"involved_companies": [{"publisher": True, "company": {"name": 7}}]}, "name is no text"),
    ],
)
def test_a_game_that_cannot_be_is_set_aside_and_the_others_stay(odd, reason, igdb, twitch: FakeTwitch):
    twitch.faults[GAMES] = [answer(200, [DUEL | odd, {"id": 8}, "x"])]
    games, rejects = fetch_igdb_games(igdb, ["7", "8"], FETCHED_AT)
    assert games["id"].to_pylist() == ["8"]
    assert [one.reason for one in rejects] == [reason, "the row is no object"]
