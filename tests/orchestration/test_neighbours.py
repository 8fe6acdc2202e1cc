"""Neighbours that fail, seen from the jobs: what landed is published, and the end says what failed."""

import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

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
from tests.orchestration.homes import CLIENT, environment, run

TOKEN, STREAMS, IGDB = "/oauth2/token", "/helix/streams", "/v4/games"
USERS, FOLLOWERS, VIDEOS = "/helix/users", "/helix/channels/followers", "/helix/videos"
REFUSED = {
    TOKEN: (403, "invalid client secret"),
    STREAMS: (401, "Invalid OAuth token"),
    USERS: (500, "oh"),
    FOLLOWERS: (401, "Missing scope: moderator:read:followers"),
    VIDEOS: (503, ""),
    IGDB: (403, "Forbidden"),
}


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
    monkeypatch.setenv("DAGSTER_HOME", "")  # the command sets it; put back afterwards

    def jobs(*names: str, **others: str) -> Result:
        variables = credentials(served, *CLIENT.values()) | others
        for name, value in environment(home, **variables).items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(cli, ["run", *names])

    return jobs


def errors(said: str) -> list[str]:
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


@pytest.mark.parametrize(
    ("path", "step", "said"),
    [
        (USERS, "keep_reference", "users: GET {where}: HTTP 500 (oh)"),
        (FOLLOWERS, "keep_followers", f"followers: GET {{where}}: HTTP 401 ({REFUSED[FOLLOWERS][1]}; no "),
        (VIDEOS, "keep_videos", "videos: GET {where}: HTTP 503"),
    ],
    ids=["users", "followers", "videos"],
)
def test_one_neighbour_that_fails_is_one_sentence_and_everything_else_is_done(
    path: str, step: str, said: str, home: Path, jobs, refusing: Refusing, served: Served
):
    refusing.paths = {path: REFUSED[path]}
    done = jobs("enrich")
    assert done.exit_code == 1, done.output
    (error,) = errors(done.output)
    assert error.startswith(f"enrich, {step}: " + said.format(where=served.url.partition("//")[2] + path))
    assert unknown(home) == {path.rpartition("/")[2]}


def test_a_neighbour_that_is_not_there_at_all_is_one_sentence_and_everything_else_is_done(
    home: Path, jobs, refusing: Refusing
):
    refusing.paths = {}
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{nobody.getsockname()[1]}"
        done = jobs("enrich", IGDB_URL=f"http://{where}/v4")
    assert done.exit_code == 1, done.output
    calls = {"igdb_links": "external_games", "igdb_games": "games"}
    said = [f"{kind}: POST {where}/v4/{path}: connection refused" for kind, path in calls.items()]
    assert errors(done.output) == [f"enrich, keep_reference: {'; '.join(said)}"]
    assert unknown(home) == {"igdb_games"}


def test_a_token_that_is_refused_is_said_of_each_step_that_needs_one(home: Path, jobs, refusing: Refusing):
    refusing.paths = {TOKEN: REFUSED[TOKEN]}
    done = jobs("ingest", "enrich")
    assert done.exit_code == 1, done.output
    steps, sentences = zip(*(error.split(": ", 1) for error in errors(done.output)), strict=True)
    assert steps[:2] == ("ingest, landing__twitch_streams", "enrich, keep_reference")
    assert all(sentence.startswith("Twitch refuses TWITCH_CLIENT_ID") for sentence in sentences)


def test_what_there_is_is_published_while_the_platform_and_neighbours_of_enrichment_fail(
    home: Path, served: Served, refusing: Refusing
):
    refusing.paths = {path: REFUSED[path] for path in (STREAMS, IGDB, FOLLOWERS)}
    failed = run(home, "run", "ingest", "enrich", "build", **credentials(served, *CLIENT.values()))
    assert failed.returncode == 1, failed.stderr
    assert [line.partition(": ")[0] for line in errors(failed.stderr)] == [
        "ingest, landing__twitch_streams",
        "enrich, keep_reference",
        "enrich, keep_followers",
    ]
    with duckdb.connect(home / "published" / "airtime.duckdb", read_only=True) as published:
        crawls, named = published.execute(
            "select (select count(*) from marts.crawls),"
            " (select count(*) from marts.rank_streamers where broadcaster_type is not null)"
        ).fetchone()
    assert crawls > 3
    assert named > 0
