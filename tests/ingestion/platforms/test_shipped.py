"""Tests of the shipped descriptions: each lands what is live, by its credentials, whatever its defects."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.client.application import RefusedCredentials
from ingestion.crawl.running import NothingFetched
from ingestion.settings import MissingSetting
from simulator.platforms.defects import failures_in_a_200, is_stuck, stuck_viewers
from simulator.truth.world import World
from tests.ingestion.platforms.crawls import AT, crawl, landed, serving

PLATFORMS = ("kick", "trovo", "chzzk", "soop")
CREDENTIALS = {
    "kick": "KICK_CLIENT_ID",
    "trovo": "TROVO_CLIENT_ID",
    "chzzk": "CHZZK_CLIENT_SECRET",
    "soop": "SOOP_CLIENT_ID",
}
NO_LANGUAGE = ("chzzk", "soop")


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=7, streamers=800)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_crawl_lands_everything_that_is_live_as_it_is(tmp_path: Path, world: World, platform: str):
    with serving(tmp_path / "home", world) as live:
        crawled = crawl(live, platform)
    truth = {
        one.streamer_id: (one.display_name, one.game_id, one.title, one.viewers, one.started_at, one.language)
        for one in world.live(AT)
    }
    names = ("user_name", "game_id", "title", "viewer_count", "started_at", "language")
    found = {row["user_id"]: tuple(row[name] for name in names) for row in landed(crawled)}
    if platform in NO_LANGUAGE:
        truth = {who: (*facts[:-1], None) for who, facts in truth.items()}
    assert found == truth
    assert len(truth) > 100
    record = crawled.record
    assert (record.platform, record.is_complete, record.stop_reason) == (platform, True, "end")
    assert (record.streams, record.doubles, record.rejected) == (len(truth), 0, 0)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_without_a_credential_nothing_is_asked_and_the_variable_is_named(
    tmp_path: Path, world: World, platform: str
):
    with serving(tmp_path / "home", world) as live:
        del os.environ[CREDENTIALS[platform]]
        with pytest.raises(MissingSetting, match=f"{CREDENTIALS[platform]} is not set: get it at https://"):
            crawl(live, platform)
        assert live.served.box.calls == {}


@pytest.mark.parametrize("platform", ["trovo", "chzzk", "soop"])
def test_a_refused_credential_is_named_and_never_shown(tmp_path: Path, world: World, platform: str):
    with serving(tmp_path / "home", world) as live:
        os.environ[CREDENTIALS[platform]] = "a-wrong-credential"
        with pytest.raises(RefusedCredentials, match=CREDENTIALS[platform]) as caught:
            crawl(live, platform)
        assert "a-wrong-credential" not in str(caught.value)
        assert not live.settings.landing.exists()
        assert sum(live.served.box.calls.values()) == 1


def test_a_failure_of_soop_in_a_200_is_a_failure(tmp_path: Path, world: World):
    with (
        serving(tmp_path / "home", world, failures_in_a_200(99)) as live,
        pytest.raises(NothingFetched, match=r"result is -1 \(temporary failure\)"),
    ):
        crawl(live, "soop")


def test_a_failure_of_soop_that_passes_is_asked_again(tmp_path: Path, world: World):
    with serving(tmp_path / "home", world, failures_in_a_200(2)) as live:
        record = crawl(live, "soop").record
    assert (record.is_complete, record.streams) == (True, len(world.live(AT)))
    assert record.points_used == record.pages + 2


def test_viewers_of_kick_that_are_stuck_at_one_land_as_they_are_told(tmp_path: Path, world: World):
    with serving(tmp_path / "home", world, stuck_viewers(0.1, lambda: AT)) as live:
        crawled = crawl(live, "kick")
    viewers = {one.streamer_id: one.viewers for one in world.live(AT)}
    rows = landed(crawled)
    stuck = {row["user_id"] for row in rows if is_stuck(row["id"], 0.1, AT)}
    assert 0 < len(stuck) < len(rows) / 4
    told = {who: 1 if who in stuck else count for who, count in viewers.items()}
    assert {row["user_id"]: row["viewer_count"] for row in rows} == told
    assert crawled.record.is_complete


def after_each_call(act: Callable[[], object]):
    """Return the layer in which time passes: viewers change, and streams cross the borders of pages."""

    def layer(app):
        async def call(scope, receive, send) -> None:
            await app(scope, receive, send)
            act()

        return call

    return layer


def test_pages_of_chzzk_that_race_give_each_stream_once(tmp_path: Path, world: World):
    with serving(tmp_path / "home", world, after_each_call(lambda: live.later(minutes=2))) as live:
        crawled = crawl(live, "chzzk", deadline_seconds=3600)
    ids = [row["id"] for row in landed(crawled)]
    assert len(ids) == len(set(ids)) == crawled.record.streams
    assert crawled.record.doubles > 0
    seen, before = set(ids), {one.stream_id for one in world.live(AT)}
    still = {one.stream_id for one in world.live(live.clock.now())} & before
    assert len(still - seen) < 0.1 * len(still)


def test_a_list_of_trovo_is_frozen_while_it_is_read(tmp_path: Path, world: World):
    with serving(tmp_path / "home", world, after_each_call(lambda: live.later(minutes=2))) as live:
        crawled = crawl(live, "trovo", deadline_seconds=3600)
    assert {row["user_id"] for row in landed(crawled)} == {one.streamer_id for one in world.live(AT)}
    assert crawled.record.doubles == 0
