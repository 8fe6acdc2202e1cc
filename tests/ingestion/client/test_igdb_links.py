"""Tests of asking IGDB which game a category is that Get Games gives no IGDB id."""

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from ingestion.client.igdb import Igdb, connect
from ingestion.client.igdb_links import LINKS_SCHEMA, fetch_links
from ingestion.client.twitch import GAMES_SCHEMA
from ingestion.settings import Settings
from ingestion.warehouse.reference import write_reference
from simulator.truth.world import World
from tests.ingestion.fake_twitch import FakeTwitch
from tests.ingestion.loopback import Clock
from tests.ingestion.simulated import simulated
from tests.places import CASES, PROJECT

AT = datetime(2026, 10, 7, 20)
FETCHED_AT = datetime(2026, 3, 1, 10)
LINKS = "/v4/external_games"


@pytest.fixture
def igdb(settings: Settings, clock: Clock, twitch: FakeTwitch) -> Igdb:
    return connect(settings, now=clock.now, sleep=clock.sleep)


def test_a_category_gets_the_lowest_of_its_games_and_null_without_any(igdb: Igdb, twitch: FakeTwitch):
    twitch.links = [{"uid": "32399", "game": 9}, {"uid": "32399", "game": 7}, {"uid": "29595", "game": 11}]

    asked = [("twitch", one) for one in ("32399", "29595", "1", "32399", "odd")]
    links, rejects = fetch_links(igdb, [*asked, ("files", "29595")], FETCHED_AT)

    assert links.schema == LINKS_SCHEMA
    assert [(row["platform"], row["game_id"], row["igdb_id"]) for row in links.to_pylist()] == [
        ("twitch", "32399", "7"),
        ("twitch", "29595", "11"),
        ("twitch", "1", None),
        ("twitch", "odd", None),
        ("files", "29595", "11"),
    ]
    assert rejects == []
    assert twitch.bodies(LINKS) == [
        'fields game,uid; where external_game_source = 14 & uid = ("32399","29595","1"); sort id asc;'
        " limit 500; offset 0;"
    ]


def test_categories_are_asked_for_in_five_hundreds_and_every_page_is_read(igdb: Igdb, twitch: FakeTwitch):
    twitch.links = [{"uid": str(one), "game": one} for one in range(1, 501)] + [{"uid": "500", "game": 3}]

    links, _ = fetch_links(igdb, [("twitch", str(one)) for one in range(1, 502)], FETCHED_AT)

    assert links["igdb_id"].to_pylist() == [*map(str, range(1, 500)), "3", None]
    assert [body.rpartition("offset ")[2] for body in twitch.bodies(LINKS)] == ["0;", "500;", "0;"]


def test_an_answer_that_cannot_be_is_set_aside_alone(igdb: Igdb, twitch: FakeTwitch):
    twitch.links = [{"uid": "1", "game": "nine"}, {"uid": "1"}, {"uid": "2", "game": 5}]
    links, rejects = fetch_links(igdb, [("twitch", "1"), ("twitch", "2")], FETCHED_AT)
    assert links["igdb_id"].to_pylist() == [None, "5"]
    assert [reject.reason.split()[0] for reject in rejects] == ["game", "game"]


def test_games_that_get_games_gives_no_igdb_id_are_found_by_their_category(tmp_path: Path):
    with simulated(tmp_path, World(seed=3, streamers=600), AT) as box:
        box.crawl()
        box.enrich()
        found = {game for (game,) in box.rows("select game_id from raw.igdb_links where igdb_id is not null")}
        live = {stream.game_id for stream in box.world.live(AT)}
        linked = {game for game in box.world.games if game.is_linked and game.id in live}
        assert found == {game.id for game in linked} and found
        known = {one for (one,) in box.rows("select id from raw.igdb_games where name is not null")}
        assert {game.igdb_id for game in linked} <= known

        blank = "select id from raw.games where name is not null and igdb_id = ''"
        asked = {game for (game,) in box.rows("select game_id from raw.igdb_links")}
        assert asked == {game for (game,) in box.rows(blank)} > found


def test_games_of_a_dump_are_asked_for_like_those_of_the_platform(tmp_path: Path):
    with simulated(tmp_path, World(seed=3, streamers=600), AT) as box:
        linked = next(game for game in box.world.games if game.is_linked)
        row = {"platform": "files", "id": linked.id, "name": linked.name, "igdb_id": "", "fetched_at": AT}
        write_reference(box.settings, {"games": pa.Table.from_pylist([row], schema=GAMES_SCHEMA)})
        box.crawl()
        box.enrich()
        asked = "select igdb_id from raw.igdb_links where platform = 'files'"
        assert box.rows(asked) == [(linked.igdb_id,)]


def test_what_igdb_does_not_know_is_asked_again_after_the_refresh_and_what_it_knows_never(tmp_path: Path):
    with simulated(tmp_path, World(seed=3, streamers=600), AT) as box:
        box.crawl()
        box.enrich()
        later = "select count(*) filter (igdb_id is null), count(*) from raw.igdb_links where fetched_at > ?"
        box.later(hours=box.settings.refresh_hours - 1)
        box.enrich()
        assert box.calls(LINKS) == 1
        unknown = box.rows("select game_id from raw.igdb_links where igdb_id is null")
        box.later(hours=2)
        asked = box.clock.now() - timedelta(seconds=1)
        box.enrich()
        assert box.calls(LINKS) == 2
        again = later.replace("?", f"timestamp '{asked}'")
        assert box.rows(again) == [(len(unknown), len(unknown))]


@pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not here")
def test_of_real_categories_without_igdb_id_only_what_is_listed_is_no_game():
    with (CASES / "helix_games_without_igdb_id.csv").open(encoding="utf-8", newline="") as file:
        real = {row["name"]: row["id"] for row in csv.DictReader(file) if not row["igdb_id"]}
    shipped = PROJECT / "ingestion" / "warehouse" / "not_games.csv"
    with shipped.open(encoding="utf-8", newline="") as file:
        listed = {row["id"]: row["name"] for row in csv.DictReader(file)}
    assert {name for name, one in real.items() if one in listed} == {"Just Chatting"}
    assert set(real) - {"Just Chatting"} == {"Counter-Strike", "Dota 2"}
