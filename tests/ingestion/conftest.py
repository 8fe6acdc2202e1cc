"""Fixtures of the live side: a clock, a server on loopback, a small Twitch on it, settings for it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from ingestion.settings import Settings
from tests.ingestion.fake_twitch import CLIENT_ID, SECRET, FakeTwitch
from tests.ingestion.loopback import Clock, Web, running


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 1, 10, 0, 0, 250_000))


@pytest.fixture(scope="session")
def server() -> Iterator[Web]:
    with running() as web:
        yield web


@pytest.fixture
def web(server: Web) -> Iterator[Web]:
    yield server
    server.app = None


@pytest.fixture
def twitch(web: Web, clock: Clock) -> FakeTwitch:
    fake = FakeTwitch(clock)
    web.app = fake.app
    return fake


@pytest.fixture
def settings(web: Web, tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,
        AIRTIME_HOME=tmp_path / "home",
        TWITCH_CLIENT_ID=CLIENT_ID,
        TWITCH_CLIENT_SECRET=SECRET,
        HELIX_URL=f"{web.url}/helix",
        TWITCH_TOKEN_URL=f"{web.url}/oauth2/token",
        IGDB_URL=f"{web.url}/v4",
    )
