"""Neighbours that fail, seen from the jobs: what landed is published, and the end says what failed."""

import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from click.testing import CliRunner, Result
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ingestion.client import http
from ingestion.warehouse.load import load
from orchestration.__main__ import cli
from simulator.demo import credentials
from simulator.past import write_past
from simulator.server import Served, serve
from simulator.truth.world import World
from tests.ingestion.landed_crawls import settings_in
from tests.orchestration.homes import CLIENT, environment

TOKEN, IGDB = "/oauth2/token", "/v4/games"
USERS, GAMES = "/helix/users", "/helix/games"
FOLLOWERS, VIDEOS = "/helix/channels/followers", "/helix/videos"
REFUSED = {
    TOKEN: (403, "invalid client secret"),
    USERS: (500, "oh"),
    GAMES: (500, ""),
    FOLLOWERS: (401, "Missing scope: moderator:read:followers"),
    VIDEOS: (503, ""),
    IGDB: (403, "Forbidden"),
}


# of the newest crawl, half an hour old at most, so that none gets due meanwhile, which would end a job
CADENCE = {"AIRTIME_CADENCE_MINUTES": "60"}


class Refusing:
    """A layer that refuses every call to the paths that are set, each with a status and a message."""

    def __init__(self) -> None:
        self.paths: dict[str, tuple[int, str]] = {}

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def layer(scope: Scope, receive: Receive, send: Send) -> None:
            refused = self.paths.get(scope.get("path", ""))
            if refused:
                status, message = refused
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
def loaded(tmp_path_factory) -> Path:
    """A home of a half day that raw holds; of its streams, games and streamers no more is known.

    In each half day of this world streams end, whenever the tests are run.
    """
    home, now = tmp_path_factory.mktemp("loaded"), datetime.now(UTC).replace(tzinfo=None)
    past = World(seed=7, streamers=40)
    write_past(past, home / "landing", now - timedelta(hours=12), now, cadence_minutes=30)
    shutil.rmtree(home / "landing" / "twitch" / "followers", ignore_errors=True)
    load(settings_in(home))
    return home


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(loaded, tmp_path / "home")


@pytest.fixture
def jobs(home: Path, served: Served, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run jobs as the command does, in this process: then calls that are repeated need not wait."""
    monkeypatch.setattr(http, "_seconds_to_wait", lambda state: 0.0)
    monkeypatch.setattr(dg.RetryPolicy, "calculate_delay", lambda policy, attempt: 0)
    monkeypatch.setenv("DAGSTER_HOME", "")  # the command sets it; put back afterwards

    def jobs(*names: str, **others: str) -> Result:
        variables = credentials(served, *CLIENT.values()) | CADENCE | others
        for name, value in environment(home, **variables).items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(cli, ["run", *names])

    return jobs


def errors(done: Result) -> list[str]:
    """Return the sentences at the end of a run of which something failed."""
    said = done.output
    assert done.exit_code == 1, said
    assert "Traceback" not in said and CLIENT["client_secret"] not in said
    assert "What has landed is kept" in said
    return [line.removeprefix("Error: ") for line in said.splitlines() if line.startswith("Error: ")]


def unknown(home: Path) -> set[str]:
    """Return the kinds of which raw knows nothing."""
    with duckdb.connect(home / "warehouse.duckdb", read_only=True) as raw:
        tables = {"users", "games", "igdb_games", "videos"}
        found = {one for one in tables if raw.execute(f"select 1 from raw.{one} limit 1").fetchone()}
    landed = {path.parents[1].name for path in (home / "landing").rglob("*.parquet")}
    return (tables | {"followers"}) - found - landed


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody answers."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{silent.getsockname()[1]}"


def test_what_has_landed_is_published_though_neighbours_and_then_all_of_the_platform_fail(
    home: Path, jobs, refusing: Refusing, served: Served, nobody: str
):
    refusing.paths = {path: REFUSED[path] for path in (USERS, VIDEOS)}
    done = jobs("enrich", IGDB_URL=f"http://{nobody}/v4")
    where = served.url.partition("//")[2]
    assert errors(done) == [
        f"enrich, keep_reference: users: GET {where}{USERS}: HTTP 500 (oh)"
        f"; igdb_links: POST {nobody}/v4/external_games: connection refused"
        f"; igdb_games: POST {nobody}{IGDB}: connection refused",
        f"enrich, keep_videos: videos: GET {where}{VIDEOS}: HTTP 503",
    ]
    assert unknown(home) == {"users", "videos", "igdb_games"}

    refusing.paths = {}
    done = jobs("ingest", "enrich", "build", HELIX_URL=f"http://{nobody}/helix")
    assert [error.partition(", GET ")[0] for error in errors(done)[:1]] == [
        "ingest, landing__twitch_streams: the crawl fetched no page"
    ]
    assert errors(done)[1:] == [
        f"enrich, keep_reference: users: GET {nobody}{USERS}: connection refused",
        f"enrich, keep_videos: videos: GET {nobody}{VIDEOS}: connection refused",
    ]
    assert unknown(home) == {"users", "videos"}
    with duckdb.connect(home / "published" / "airtime.duckdb", read_only=True) as published:
        marts = ("crawls", "rank_streamers where followers is not null", "games where publishers <> []")
        counts = [published.execute(f"select count(*) from marts.{mart}").fetchone()[0] for mart in marts]
    assert counts[0] > 3 and all(counts)


def test_a_neighbour_that_fails_is_one_sentence_and_everything_else_is_done(
    home: Path, jobs, refusing: Refusing, served: Served
):
    refusing.paths = {path: REFUSED[path] for path in (GAMES, FOLLOWERS)}
    games, followers = errors(jobs("enrich"))
    where = served.url.partition("//")[2]
    assert games == f"enrich, keep_reference: games: GET {where}{GAMES}: HTTP 500"
    assert followers.startswith(f"enrich, keep_followers: followers: GET {where}{FOLLOWERS}: HTTP 401 (Miss")
    # without Get Games nobody knows what to ask IGDB for
    assert unknown(home) == {"games", "igdb_games", "followers"}

    refusing.paths = {IGDB: REFUSED[IGDB]}
    (igdb,) = errors(jobs("enrich"))
    assert igdb.startswith(f"enrich, keep_reference: igdb_games: POST {where}{IGDB}: HTTP 403 (IGDB says ")
    assert "TWITCH_CLIENT_SECRET" not in igdb
    assert unknown(home) == {"igdb_games"}


def test_a_token_that_is_refused_is_said_of_each_step_that_needs_one(home: Path, jobs, refusing: Refusing):
    refusing.paths = {TOKEN: REFUSED[TOKEN]}
    told = errors(jobs("ingest", "enrich"))
    steps, sentences = zip(*(error.split(": ", 1) for error in told), strict=True)
    assert steps[:2] == ("ingest, landing__twitch_streams", "enrich, keep_reference")
    assert all(sentence.startswith("Twitch refuses TWITCH_CLIENT_ID") for sentence in sentences)
