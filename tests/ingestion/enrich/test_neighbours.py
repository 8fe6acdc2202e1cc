"""Tests of neighbours that fail: each question fails alone, and says why in words that fit."""

import pytest

from ingestion.client.application import RefusedCredentials
from ingestion.enrich.enrichment import enrich
from ingestion.enrich.steps import NotAnswered
from ingestion.settings import Settings
from ingestion.warehouse.load import load
from tests.ingestion.fake_twitch import FakeTwitch, answer, stream
from tests.ingestion.landed_crawls import rows_of
from tests.ingestion.loopback import Clock
from tests.ingestion.of_twitch import crawl_streams

FOLLOWERS, IGDB = "/helix/channels/followers", "/v4/games"
NEIGHBOURS = {
    "/helix/users": "users",
    "/helix/games": "games",
    IGDB: "igdb_games",
    FOLLOWERS: "followers",
    "/helix/videos": "videos",
}
MISSING_SCOPE = answer(401, {"status": 401, "message": "Missing scope: moderator:read:followers"})


@pytest.fixture
def crawled(settings: Settings, clock: Clock, twitch: FakeTwitch) -> Settings:
    """A home of three crawls; the first stream has ended."""
    twitch.is_crawled = True
    twitch.rows["/helix/users"] = [{"id": "u0", "login": "a"}, {"id": "u1", "login": "b"}]
    twitch.rows["/helix/games"] = [{"id": "10", "name": "Duel", "igdb_id": "77"}]
    twitch.rows["/helix/videos"] = [{"id": "v1", "stream_id": "s0", "user_id": "u0", "duration": "1h"}]
    twitch.igdb = [{"id": 77, "name": "Duel"}]
    twitch.followers = {"u0": 5, "u1": 6}
    for rows in ([stream(0, 9), stream(1, 8)], [stream(1, 8)], [stream(1, 8)]):
        clock.sleep(300)
        twitch.pages = [rows]
        crawl_streams(settings, now=clock.now, sleep=clock.sleep)
    load(settings)
    return settings


def known(settings: Settings) -> dict[str, int]:
    """Return what is known of each kind."""
    load(settings)
    tables = {"users": "users", "games": "games", "igdb_games": "igdb_games", "videos": "videos"}
    tables |= {"followers": "followers"}
    return {
        kind: rows_of(settings, f"select count(*) as n from raw.{table}")[0]["n"]
        for kind, table in tables.items()
    }


@pytest.mark.parametrize("path", NEIGHBOURS)
def test_a_neighbour_that_fails_leaves_all_others_answered(
    path: str, crawled: Settings, clock: Clock, twitch: FakeTwitch
):
    kind = NEIGHBOURS[path]
    twitch.faults[path] = [answer(500)] * 99
    with pytest.raises(NotAnswered, match=f"^{kind}: .*HTTP 500") as failed:
        enrich(crawled, now=clock.now, sleep=clock.sleep)
    assert set(failed.value.problems) == {kind}
    # without Get Games nobody knows what to ask IGDB for
    missing = {kind, "igdb_games"} if kind == "games" else {kind}
    found = known(crawled)
    assert {one for one, count in found.items() if not count} == missing
    twitch.faults.clear()
    clock.sleep(1)
    enrich(crawled, now=clock.now, sleep=clock.sleep)
    assert all(known(crawled).values())


def test_a_token_that_is_refused_is_asked_for_once_in_a_step(
    crawled: Settings, clock: Clock, twitch: FakeTwitch
):
    (crawled.root / "token.json").unlink()
    before = len(twitch.called("/oauth2/token"))
    twitch.faults["/oauth2/token"] = [answer(403, {"message": "invalid client secret"})] * 99
    with pytest.raises(RefusedCredentials, match="TWITCH_CLIENT_SECRET"):
        enrich(crawled, now=clock.now, sleep=clock.sleep)
    assert len(twitch.called("/oauth2/token")) == before + 1


def test_a_missing_scope_is_said_as_such_costs_no_token_and_one_call(
    crawled: Settings, clock: Clock, twitch: FakeTwitch
):
    tokens = len(twitch.tokens)
    twitch.faults[FOLLOWERS] = [MISSING_SCOPE] * 99
    with pytest.raises(NotAnswered) as failed:
        enrich(crawled, now=clock.now, sleep=clock.sleep)
    said = str(failed.value)
    assert "Missing scope: moderator:read:followers; no application has that scope by itself" in said
    assert "TWITCH_CLIENT_SECRET" not in said
    assert len(twitch.tokens) == tokens


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_of_igdb_is_one_of_igdb(status: int, crawled: Settings, clock: Clock, twitch: FakeTwitch):
    twitch.faults[IGDB] = [answer(status, {"message": "Forbidden"})] * 99
    with pytest.raises(NotAnswered) as failed:
        enrich(crawled, now=clock.now, sleep=clock.sleep)
    said = str(failed.value)
    assert f'HTTP {status} (IGDB says "Forbidden", Twitch accepts the application: see https://' in said
    assert "TWITCH_CLIENT_SECRET" not in said
