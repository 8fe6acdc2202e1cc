"""Tests of what cannot be right: set aside, counted, found by SQL, and not asked for again at every run."""

import json
from datetime import timedelta

import pytest

from ingestion.enrich.enrichment import enrich
from ingestion.settings import Settings
from ingestion.warehouse.load import load
from tests.ingestion.fake_twitch import FakeTwitch, answer, stream
from tests.ingestion.landed_crawls import land_streams, rows_of, staged
from tests.ingestion.loopback import Clock
from tests.ingestion.of_twitch import crawl_streams

VIEWERS = "viewer_count is no whole number from 0 to 100,000,000"
GAME = {"id": 77, "name": "Duel", "updated_at": 1_700_000_000}
ASKED = ("/helix/users", "/helix/games", "/helix/channels/followers", "/helix/videos", "/v4/games")


def user(number: int, **fields) -> dict:
    row = {"id": f"u{number}", "login": f"login{number}", "display_name": f"Name{number}"}
    return row | {"created_at": "2016-05-04T03:02:01Z"} | fields


class Box:
    """A small Twitch whose first stream has ended, and an airtime that asks it."""

    def __init__(self, settings: Settings, clock: Clock, twitch: FakeTwitch) -> None:
        self.settings, self.clock, self.twitch = settings, clock, twitch

    def crawl(self, *rows: dict) -> None:
        """Land one crawl of these streams a cadence later, and load it."""
        self.clock.sleep(300)
        self.twitch.pages = [list(rows)]
        crawl_streams(self.settings, now=self.clock.now, sleep=self.clock.sleep)
        load(self.settings)

    def enrich(self, **changes) -> dict[str, tuple[int, int]]:
        """Enrich once; return by kind of question how many answers were found and rejected."""
        settings = self.settings.model_copy(update=changes)
        costs = enrich(settings, now=self.clock.now, sleep=self.clock.sleep)
        return {cost.step: (cost.found, cost.rejected) for cost in costs}

    def rows(self, query: str) -> list[tuple]:
        """Return the rows of a query on the warehouse."""
        return [tuple(row.values()) for row in rows_of(self.settings, query)]

    def asked(self) -> dict[str, int]:
        """Return how often each neighbour but the streams was asked."""
        return {path: len(self.twitch.called(path)) for path in ASKED}


@pytest.fixture
def box(settings: Settings, clock: Clock, twitch: FakeTwitch) -> Box:
    twitch.is_crawled = True
    twitch.rows["/helix/users"] = [user(number) for number in range(4)]
    twitch.rows["/helix/games"] = [{"id": "10", "name": "Duel", "igdb_id": "77"}]
    twitch.igdb = [GAME]
    twitch.followers = {f"u{number}": 500 for number in range(4)}
    made = Box(settings, clock, twitch)
    made.crawl(stream(0, 9), stream(1, 8), stream(2, 7), stream(3, 6))
    return made


def test_a_rejected_row_of_a_crawl_is_found_by_sql_with_its_crawl_and_counts_nowhere(box: Box):
    odd = stream(2, -1)
    box.crawl(stream(1, 5), odd, stream(3, 4))
    [(reason, row_json, at)] = box.rows("select reason, row_json, observed_at from raw.rejected_streams")
    assert (reason, json.loads(row_json)) == (VIEWERS, odd)
    crawls = "select streams, rejected from raw.crawls where observed_at"
    assert box.rows(f"{crawls} = '{at}'") == [(2, 1)]
    assert box.rows(f"{crawls} <> '{at}'") == [(4, 0)]
    assert box.rows(f"select count(*) from raw.observations where observed_at = '{at}'") == [(2,)]
    shown = {row["observed_at"]: row["rejected_count"] for row in staged(box.settings, "stg_airtime__crawls")}
    assert shown.pop(at) == 1
    assert set(shown.values()) == {0}


def test_what_landed_before_rows_were_judged_is_left_out_in_staging(box: Box):
    at = box.clock.now().replace(microsecond=0) + timedelta(seconds=300)
    land_streams(box.settings, at, [stream_row(7, -1), stream_row(8, 5), stream_row(9, None)])
    load(box.settings)
    assert box.rows(f"select count(*) from raw.observations where observed_at = '{at}'") == [(3,)]
    observations = staged(box.settings, "stg_twitch__observations")
    assert [row["stream_id"] for row in observations if row["observed_at"] == at] == ["s8"]


def stream_row(number: int, viewers: int | None) -> dict:
    return {"id": f"s{number}", "user_id": f"u{number}", "game_id": "10", "viewer_count": viewers}


def test_an_impossible_answer_costs_no_other_and_is_not_asked_for_again(box: Box):
    box.twitch.rows["/helix/users"][1] |= {"created_at": "long ago"}
    box.twitch.followers["u2"] = "many"
    box.twitch.igdb = [GAME | {"first_release_date": "2019"}]
    found = box.enrich()
    assert found == {"users": (3, 1), "games": (1, 0), "igdb_games": (0, 1), "followers": (3, 1)}
    rejected = box.rows("select step, id, reason from raw.rejected_answers order by step")
    assert rejected == [
        ("followers", "u2", "total is no number of followers"),
        ("igdb_games", "77", "first_release_date is no number of seconds since 1970"),
        ("users", "u1", "created_at is no time such as 2026-01-17T12:00:00Z"),
    ]
    assert box.rows("select id from raw.users where login is not null order by id") == [
        ("u0",),
        ("u2",),
        ("u3",),
    ]
    asked = box.asked()
    assert box.enrich() == {}
    assert box.asked() == asked
    assert box.rows("select step, rejected from raw.enrichments where rejected > 0 order by step") == [
        ("followers", 1),
        ("igdb_games", 1),
        ("users", 1),
    ]


def test_an_archive_that_cannot_be_is_set_aside_and_its_stream_not_looked_for_again(box: Box):
    videos = [
        {"id": "v1", "stream_id": "s0", "user_id": "u0", "duration": "bad"},
        {"id": "v2", "stream_id": "s0", "user_id": "u0", "duration": "1h"},
    ]
    box.twitch.rows["/helix/videos"] = [one | {"created_at": "2026-03-01T09:00:00Z"} for one in videos]
    for _ in range(2):
        box.crawl(stream(1, 5), stream(2, 4), stream(3, 3))
    assert box.enrich()["videos"] == (1, 1)
    assert box.rows("select id, duration_seconds from raw.videos") == [("v2", 3600)]
    assert box.rows("select step, id from raw.rejected_answers") == [("videos", "v1")]
    box.crawl(stream(1, 5), stream(2, 4), stream(3, 3))
    assert "videos" not in box.enrich()


def test_a_refresh_keeps_what_is_known_where_the_answer_cannot_be(box: Box):
    box.enrich()
    box.clock.sleep(3600)
    box.twitch.rows["/helix/users"][1] |= {"login": 7}
    box.twitch.rows["/helix/games"][0] |= {"name": ["Duel"]}
    box.crawl(stream(1, 5))
    found = box.enrich(refresh_hours=1)
    assert (found["users_refresh"], found["games_refresh"]) == ((3, 1), (0, 1))
    assert box.rows("select login from raw.users where id = 'u1'") == [("login1",)]
    assert box.rows("select name from raw.games") == [("Duel",)]
    assert "users_refresh" not in box.enrich(refresh_hours=1)
    box.clock.sleep(3600)
    box.crawl(stream(1, 5))
    assert box.enrich(refresh_hours=1)["users_refresh"] == (3, 1)
    assert box.rows("select count(*) from raw.rejected_answers where step = 'users_refresh'") == [(1,)]


def test_an_answer_of_igdb_without_an_id_is_set_aside_and_its_game_is_not_known(box: Box):
    box.twitch.faults["/v4/games"] = [answer(200, [{"name": "Duel"}, 7])]
    assert box.enrich()["igdb_games"] == (0, 2)
    assert box.rows("select id, name from raw.igdb_games") == [("77", None)]
    assert box.enrich() == {}
