"""Tests of Kick's description: what a crawl of the simulated Kick lands, and how it fails."""

import json
import os
from pathlib import Path

import pytest

from ingestion.client.application import RefusedCredentials
from ingestion.client.http import WrongAddress
from ingestion.landing.files import read_record
from ingestion.settings import MissingSetting
from simulator.truth.world import World
from tests.ingestion.commands import ingestion, sentence
from tests.ingestion.platforms.crawls import AT, crawl, landed, serving


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=7, streamers=6000)


def test_a_crawl_lands_everything_that_is_live_as_it_is(tmp_path: Path, world: World):
    with serving(tmp_path / "home", world) as live:
        crawled = crawl(live, "kick")
        pages = live.calls("/kick/public/v2/livestreams")
    truth = sorted(
        (one.streamer_id, one.login, one.display_name, one.game_id, one.game_name, one.title, one.viewers)
        + (one.started_at, one.language, list(one.tags))
        for one in world.live(AT)
    )
    rows = landed(crawled)
    names = ("user_id", "user_login", "user_name", "game_id", "game_name", "title", "viewer_count")
    found = sorted(
        tuple(row[name] or "" if name == "game_name" else row[name] for name in names)
        + (row["started_at"], row["language"], row["tags"] or [])
        for row in rows
    )
    assert found == truth
    assert len(truth) > 1000
    assert {row["extra"] for row in rows} == {'{"is_mature": false}'}
    record = crawled.record
    assert (record.platform, record.is_complete, record.stop_reason) == ("kick", True, "end")
    assert (record.pages, record.doubles, record.rejected) == (pages, 0, 0)
    assert pages == -(-len(truth) // 1000)
    assert record.observed_at == AT
    assert read_record(crawled.path)["chains"][0]["part"] == "all"


def test_a_crawl_that_lacks_more_than_the_platform_counts_is_incomplete(tmp_path: Path, world: World):
    with serving(tmp_path / "home", world, layer=lambda app: Counting(app, 10_000)) as live:
        record = crawl(live, "kick").record
    assert (record.is_complete, record.stop_reason) == (False, "fewer than the platform counts")


def test_a_count_that_fails_is_worth_no_failure(tmp_path: Path, world: World):
    with serving(tmp_path / "home", world, layer=lambda app: Counting(app, None)) as live:
        record = crawl(live, "kick").record
    assert (record.is_complete, record.stop_reason) == (True, "end")


class Counting:
    """Answers the call for the count with another one, or with 404."""

    def __init__(self, app, count: int | None) -> None:
        self.app, self.count = app, count

    async def __call__(self, scope, receive, send) -> None:
        if not scope["path"].endswith("/stats"):
            await self.app(scope, receive, send)
            return
        body = json.dumps({"data": {"total_count": self.count}}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        status = 404 if self.count is None else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def test_one_token_serves_many_crawls_and_its_file_is_its_owners(tmp_path: Path, world: World):
    with serving(tmp_path / "home", world) as live:
        crawl(live, "kick")
        live.later(minutes=5)
        crawl(live, "kick")
        assert live.served.box.desk.minted == 1
        cache = live.settings.root / "token-kick.json"
        assert cache.stat().st_mode & 0o777 == 0o600


def test_a_token_that_is_refused_is_renewed_once(tmp_path: Path, world: World):
    with serving(tmp_path / "home", world) as live:
        crawl(live, "kick")
        live.served.box.desk.tokens.clear()
        live.later(minutes=5)
        assert crawl(live, "kick").record.is_complete
        assert live.served.box.desk.minted == 2


def test_without_credentials_nothing_is_asked_and_the_variable_is_named(tmp_path: Path, world: World):
    with serving(tmp_path / "home", world) as live:
        del os.environ["KICK_CLIENT_SECRET"]
        with pytest.raises(MissingSetting, match="KICK_CLIENT_SECRET is not set: get it at https://kick.com"):
            crawl(live, "kick")
        assert live.served.box.calls == {}


def test_refused_credentials_are_named_and_never_shown(tmp_path: Path, world: World):
    with serving(tmp_path / "home", world) as live:
        os.environ["KICK_CLIENT_SECRET"] = "another-secret"
        with pytest.raises(RefusedCredentials, match="Kick refuses KICK_CLIENT_ID and KICK_") as caught:
            crawl(live, "kick")
        assert "another-secret" not in str(caught.value)
        assert not live.settings.landing.exists()


def test_a_wrong_address_names_its_setting(tmp_path: Path, world: World):
    with serving(tmp_path / "home", world) as live:
        os.environ["KICK_URL"] += "/nowhere"
        with pytest.raises(WrongAddress, match="KICK_URL is not the address"):
            crawl(live, "kick")


def test_the_command_crawls_a_platform_by_its_name(tmp_path: Path, world: World):
    home = tmp_path / "home"
    with serving(home, world):
        now = {name: os.environ[name] for name in os.environ if name.startswith("KICK_")}
        assert sentence(ingestion(home, "crawl", "--platform", "kikc", **now), 2).startswith(
            "there is no platform kikc: choose twitch, "
        )
        listed = ingestion(home, "platform", "list", **now)
        told = ingestion(home, "crawl", "--platform", "kick", **now).stderr
    assert ' chain ended: part="all" pages=' in told
    assert "first page of all" not in told
    assert listed.returncode == 0, listed.stderr
    assert "kick: on\n" in listed.stdout
    assert "kick: off: KICK_CLIENT_ID is not set" in ingestion(home, "platform", "list").stdout
