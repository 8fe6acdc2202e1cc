"""Tests of reference data against the simulator."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from ingestion.client import helix, igdb
from ingestion.client.twitch import fetch_games, fetch_users
from ingestion.enrich.followers import read_followers
from ingestion.settings import Settings
from simulator.server import Layer, Served, serve
from simulator.truth.world import World
from tests.ingestion.fake_twitch import CLIENT_ID, SECRET
from tests.ingestion.loopback import Clock

AT = datetime(2026, 10, 7, 20, 0, 0)
Serving = Callable[..., Iterator[tuple[Served, Settings]]]


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=3, streamers=1500)


@pytest.fixture
def clock() -> Clock:
    return Clock(AT)


@pytest.fixture
def serving(world: World, clock: Clock, tmp_path: Path) -> Serving:
    @contextmanager
    def start(layer: Layer | None = None, **options) -> Iterator[tuple[Served, Settings]]:
        with serve(
            world, client_id=CLIENT_ID, client_secret=SECRET, clock=clock.now, layer=layer, **options
        ) as served:
            yield (
                served,
                Settings(
                    _env_file=None,
                    AIRTIME_HOME=tmp_path,
                    TWITCH_CLIENT_ID=CLIENT_ID,
                    TWITCH_CLIENT_SECRET=SECRET,
                    HELIX_URL=served.helix_url,
                    TWITCH_TOKEN_URL=served.token_url,
                    IGDB_URL=served.igdb_url,
                ),
            )

    return start


def test_the_reference_data_of_a_crawl_can_be_fetched(serving: Serving, world: World, clock: Clock):
    live = world.live(AT)
    game_ids = sorted({stream.game_id for stream in live} - {""})
    with serving() as (served, settings):
        client = helix.connect(settings, now=clock.now, sleep=clock.sleep)
        users, _ = fetch_users(client, [stream.streamer_id for stream in live], AT)
        games, _ = fetch_games(client, game_ids, AT)
        readings = [read_followers(client, stream.streamer_id, clock.now) for stream in live[:5]]
        client = igdb.connect(settings, now=clock.now, sleep=clock.sleep)
        metadata, _ = igdb.fetch_igdb_games(client, filter(None, games["igdb_id"].to_pylist()), AT)
        assert served.box.calls["/oauth2/token"] == 1
    assert users["id"].to_pylist() == [stream.streamer_id for stream in live]
    assert users["display_name"].to_pylist() == [stream.display_name for stream in live]
    assert set(games["id"].to_pylist()) <= set(game_ids)
    assert [reading["follower_count"] for reading, _ in readings] == [
        world.followers(stream.streamer_id, AT) for stream in live[:5]
    ]
    known = {game.igdb_id: game for game in world.games}
    assert len(metadata) > 3
    for game in metadata.to_pylist():
        assert game["publishers"] == list(known[game["id"]].publishers)
        assert game["genre_slugs"] == list(known[game["id"]].genres)
