"""Neighbours that fail, seen from the jobs: what landed is published, and the end says what failed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.demo import credentials
from simulator.past import write_past
from simulator.server import Served, serve
from simulator.world import World
from tests.orchestration.homes import CLIENT, run

SAID = {
    "/helix/users": ("users", 403, "Forbidden"),
    "/helix/games": ("games", 403, "Forbidden"),
    "/helix/channels/followers": ("followers", 401, "Missing scope: moderator:read:followers"),
    "/v4/games": ("igdb_games", 403, "Forbidden"),
}


class Refusing:
    """A layer that refuses every call to the paths that are set."""

    def __init__(self) -> None:
        self.paths: dict[str, tuple[str, int, str]] = {}

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def layer(scope: Scope, receive: Receive, send: Send) -> None:
            refused = self.paths.get(scope.get("path", ""))
            if refused:
                _, status, message = refused
                await JSONResponse({"status": status, "message": message}, status)(scope, receive, send)
            else:
                await app(scope, receive, send)

        return layer


@pytest.fixture(scope="module")
def refusing() -> Refusing:
    return Refusing()


@pytest.fixture(scope="module")
def served(refusing: Refusing) -> Iterator[Served]:
    with serve(World(seed=7, streamers=40), layer=refusing, **CLIENT) as served:
        yield served


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    home, now = tmp_path_factory.mktemp("neighbours"), datetime.now(UTC).replace(tzinfo=None)
    past = World(seed=7, streamers=40)
    write_past(past, home / "landing", now - timedelta(hours=3), now, cadence_minutes=30)
    return home


def crawls(home: Path) -> int:
    with duckdb.connect(home / "published" / "airtime.duckdb", read_only=True) as published:
        return published.execute("select count(*) from marts.crawls").fetchone()[0]


def test_what_landed_is_published_while_neighbours_of_enrichment_and_then_the_platform_fail(
    home: Path, served: Served, refusing: Refusing
):
    variables = credentials(served, *CLIENT.values())
    refusing.paths = {path: SAID[path] for path in ("/helix/users", "/helix/channels/followers", "/v4/games")}
    failed = run(home, "run", "ingest", "enrich", "build", **variables)
    assert failed.returncode == 1, failed.stderr
    assert "Traceback" not in failed.stderr
    errors = [line for line in failed.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 2, failed.stderr
    assert "users: GET 127.0.0.1:" in errors[0]
    assert "/helix/users: HTTP 403 (Forbidden); igdb_games: " in errors[0]
    assert "Missing scope" in errors[1]
    before = crawls(home)
    assert before > 3

    refusing.paths = {"/oauth2/token": ("token", 403, "invalid client secret")}
    (home / "token.json").unlink()
    failed = run(home, "run", "ingest", "enrich", "build", **variables)
    assert failed.returncode == 1, failed.stderr
    assert "Error: ingest, landing__twitch_streams: Twitch refuses TWITCH_CLIENT_ID" in failed.stderr
    assert CLIENT["client_secret"] not in failed.stdout + failed.stderr
    assert "What has landed is kept" in failed.stderr
    assert crawls(home) == before
