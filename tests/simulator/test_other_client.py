"""A client of Twitch that nobody here wrote finds in the simulator what it expects of Helix."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from typing import Any, TypeVar

import pytest
from twitchAPI.object.api import Stream, TwitchUser
from twitchAPI.twitch import Twitch
from twitchAPI.type import TwitchAuthorizationException

from simulator.server import Served, serve
from simulator.truth.world import World
from tests.simulator.conftest import AT, CLIENT_ID, CLIENT_SECRET, Clock

T = TypeVar("T")


@pytest.fixture(scope="module")
def served(world: World):
    with serve(world, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, clock=Clock()) as served:
        yield served


def _run(calls: Coroutine[Any, Any, T]) -> T:
    """Run coroutines in a thread of their own, whatever loop runs in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, calls).result()


async def _client(served: Served, secret: str = CLIENT_SECRET) -> Twitch:
    return await Twitch(
        CLIENT_ID, secret, base_url=f"{served.helix_url}/", auth_base_url=f"{served.url}/oauth2/"
    )


def _streams(served: Served, **filters) -> list[Stream]:
    async def collect() -> list[Stream]:
        twitch = await _client(served)
        try:
            return [stream async for stream in twitch.get_streams(first=100, **filters)]
        finally:
            await twitch.close()

    return _run(collect())


def test_it_lists_every_live_stream_page_by_page(served: Served, world: World):
    live = world.live(AT)
    assert len(live) > 100
    streams = _streams(served)
    assert [(stream.id, stream.viewer_count) for stream in streams] == [
        (stream.stream_id, stream.viewers) for stream in live
    ]
    assert streams[0].started_at == live[0].started_at.replace(tzinfo=UTC)
    assert streams[0].user_name == live[0].display_name


def test_it_filters_by_language(served: Served, world: World):
    wanted = [stream.stream_id for stream in world.live(AT) if stream.language in ("de", "fr")]
    assert [stream.id for stream in _streams(served, language=["de", "fr"])] == wanted


def test_it_finds_the_user_behind_a_stream(served: Served, world: World):
    first = world.live(AT)[0]

    async def find() -> list[TwitchUser]:
        twitch = await _client(served)
        try:
            return [user async for user in twitch.get_users(user_ids=[first.streamer_id])]
        finally:
            await twitch.close()

    [user] = _run(find())
    assert (user.login, user.display_name) == (first.login, first.display_name)


def test_it_understands_a_refused_secret(served: Served):
    with pytest.raises(TwitchAuthorizationException, match="403"):
        _run(_client(served, "wrong"))
