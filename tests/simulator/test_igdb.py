"""IGDB over real HTTP: Apicalypse in, entries out."""

import pytest

from simulator.truth.world import to_second
from tests.simulator.conftest import AT

FIELDS = (
    "fields name,slug,first_release_date,updated_at,genres.slug,genres.name,player_perspectives.slug,"
    "involved_companies.publisher,involved_companies.company.name;"
)


def _entries(box, game_ids: list[str], fields: str = FIELDS) -> dict[str, dict]:
    rows = box.igdb(f"{fields} where id = ({','.join(game_ids)}); limit 500;").json()
    return {str(row["id"]): row for row in rows}


def _publishers(entry: dict) -> set[str]:
    companies = entry.get("involved_companies", [])
    return {company["company"]["name"] for company in companies if company["publisher"]}


def test_entries_carry_what_the_catalogue_says(box, world):
    known = [game for game in world.games if game.is_in_igdb]
    entries = _entries(box, [game.igdb_id for game in known])
    assert set(entries) == {game.igdb_id for game in known}
    for game in known:
        entry = entries[game.igdb_id]
        assert entry["name"] == game.name
        assert _publishers(entry) == set(game.publishers)
        assert {genre["slug"] for genre in entry.get("genres", [])} == set(game.genres)
        assert {one["slug"] for one in entry.get("player_perspectives", [])} == set(game.perspectives)
        released = to_second(game.released_at) if game.released_at else None
        assert entry.get("first_release_date") == released


def test_what_is_absent_is_left_out_of_the_object(box, world):
    blank = next(game for game in world.games if game.is_in_igdb and not game.publishers + game.developers)
    entry = _entries(box, [blank.igdb_id])[blank.igdb_id]
    assert "involved_companies" not in entry
    developed = next(
        game for game in world.games if game.is_in_igdb and game.developers and not game.publishers
    )
    assert _publishers(_entries(box, [developed.igdb_id])[developed.igdb_id]) == set()


def test_an_unknown_entry_is_not_in_the_answer(box, world):
    unknown = next(game for game in world.games if game.igdb_id and not game.is_in_igdb)
    assert _entries(box, [unknown.igdb_id, "1"]) == {}


def test_a_field_that_is_not_expanded_is_an_id(box, world):
    game = world.games[1]
    entry = _entries(box, [game.igdb_id], "fields genres, genres.slug;")[game.igdb_id]
    assert entry["genres"][0].keys() == {"id", "slug"}
    plain = _entries(box, [game.igdb_id], "fields genres;")[game.igdb_id]
    assert plain["genres"] == [genre["id"] for genre in entry["genres"]]


def test_entries_edited_since_an_instant_are_found_in_pages(box, world, clock):
    edited = {int(game.igdb_id): to_second(game.updated_at(AT)) for game in world.games if game.is_in_igdb}
    since = sorted(edited.values())[len(edited) // 2]
    rows = []
    for offset in range(0, 100, 5):
        where = f"where updated_at > {since} & id != 1; sort updated_at asc;"
        rows += box.igdb(f"fields updated_at; {where} limit 5; offset {offset};").json()
        clock.move(1)
    assert {row["id"] for row in rows} == {number for number, second in edited.items() if second > since}
    assert [row["updated_at"] for row in rows] == sorted(row["updated_at"] for row in rows)


@pytest.mark.parametrize(
    "body",
    ["select name;", "fields name; where id ~ 3;", "limit 501;", "limit x;", "sort name;", "where name = 1;"],
)
def test_a_body_that_cannot_be_read_is_a_400_with_a_cause(box, body):
    answer = box.igdb(body)
    assert answer.status_code == 400
    assert answer.json()[0]["title"] == "Syntax Error" and answer.json()[0]["cause"]


def test_the_fifth_call_of_a_second_is_a_429(box, clock):
    answers = [box.igdb("fields name;").status_code for _ in range(5)]
    assert answers == [200] * 4 + [429]
    clock.move(1)
    assert box.igdb("fields name;").status_code == 200


def test_a_wrong_token_is_a_401_in_igdbs_words(box):
    box.session.headers["Authorization"] = "Bearer wrong"
    answer = box.igdb("fields name;")
    assert answer.status_code == 401 and answer.json()["message"].startswith("Authorization Failure")
