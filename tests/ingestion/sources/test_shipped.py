"""Tests of the shipped kinds: the right call, signed as it has to be, and the right readings."""

import json
import os
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from ingestion.settings import Settings
from ingestion.sources.reading import SHIPPED, read_catalogue
from ingestion.track.adding import NoSuchItem, add_item
from ingestion.track.running import run_due
from ingestion.warehouse.load import load
from simulator.server import services
from simulator.truth.world import World
from tests.ingestion.fake_twitch import CLIENT_ID, SECRET
from tests.ingestion.landed_crawls import rows_of, settings_in
from tests.ingestion.loopback import Clock, Web
from tests.ingestion.simulated import Simulated, simulated
from tests.ingestion.sources.recorded.others import KAGGLE, OTHERS, TWITCH
from tests.ingestion.sources.recorded.reddit import REDDIT
from tests.ingestion.sources.recorded.shape import Recorded
from tests.ingestion.sources.recorded.youtube import YOUTUBE

AT = datetime(2026, 3, 1, 10)
RECORDED = [*YOUTUBE, *REDDIT, *KAGGLE, *TWITCH, *OTHERS]
ADDRESSES = ("YOUTUBE_URL", "REDDIT_URL", "KAGGLE_URL", "HELIX_URL", "KICK_URL")
TOKENS = ("REDDIT_TOKEN_URL", "TWITCH_TOKEN_URL", "KICK_TOKEN_URL")
SIGNED = {
    "reddit": "Bearer the-token",
    "twitch": "Bearer the-token",
    "kick": "Bearer the-token",
    "kaggle": "Basic",
    "youtube": None,
}
READINGS = "select item_id, metric, value, is_missing from raw.readings"


class Service:
    """Gives out tokens, and the answer of one record to its call."""

    def __init__(self, web: Web, recorded: Recorded) -> None:
        self.recorded, self.calls, self.token_call = recorded, 0, ""
        web.app = Starlette(
            routes=[Route("/token", self.token, methods=["POST"]), Route("/{path:path}", self.answer)]
        )

    async def token(self, request: Request) -> JSONResponse:
        self.token_call = request.headers.get("authorization", "") + (await request.body()).decode()
        return JSONResponse({"access_token": "the-token", "expires_in": 86400})

    async def answer(self, request: Request) -> JSONResponse:
        self.calls += 1
        assert (request.url.path, request.query_params.multi_items()) == (
            self.recorded.path,
            self.recorded.params,
        )
        signed = SIGNED[self.recorded.kind.partition(".")[0]]
        given = request.headers.get("authorization")
        assert given is None if signed is None else given.startswith(signed)
        return JSONResponse(self.recorded.answer)


@pytest.fixture
def home(tmp_path: Path, web: Web) -> Settings:
    variables = {"YOUTUBE_API_KEY": "the-key", "KAGGLE_USERNAME": "ann", "KAGGLE_KEY": "the-key"}
    for platform in ("REDDIT", "TWITCH", "KICK"):
        variables |= {f"{platform}_CLIENT_ID": "the-id", f"{platform}_CLIENT_SECRET": "the-secret"}
    variables |= dict.fromkeys(ADDRESSES, web.url) | dict.fromkeys(TOKENS, f"{web.url}/token")
    os.environ.update(variables)
    kinds = tmp_path / "home" / "kinds"
    kinds.mkdir(parents=True)
    lines = (SHIPPED / "reddit.yml").read_text().splitlines(keepends=True)
    (kinds / "reddit.yml").write_text("".join(line for line in lines if not line.startswith("switched_off:")))
    return settings_in(tmp_path / "home")


def track(settings: Settings, kind: str, *ids: str) -> None:
    settings.root.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{kind},{one},,\n" for one in ids)
    (settings.root / "tracked.csv").write_text(f"kind,id,label,until\n{rows}")


@pytest.mark.parametrize(
    "recorded", RECORDED, ids=[f"{number} {one.kind}" for number, one in enumerate(RECORDED)]
)
def test_each_kind_calls_as_it_has_to_and_reads_what_it_gets(home: Settings, web: Web, recorded: Recorded):
    service, clock = Service(web, recorded), Clock(AT)
    track(home, recorded.kind, *recorded.ids)
    outcome = run_due(home, read_catalogue(home), now=clock.now, sleep=clock.sleep)
    assert (outcome.problems, outcome.notes, service.calls) == ([], [], 1)
    load(home)
    found = {(row["item_id"], row["metric"]): row["value"] for row in rows_of(home, READINGS)}
    assert {key: None if value is None else float(value) for key, value in found.items()} == recorded.readings
    facts = rows_of(home, "select item_id, metadata_json from raw.tracked_facts")
    known = {row["item_id"]: json.loads(row["metadata_json"]) for row in facts}
    assert (
        recorded.facts.items() <= known.get(recorded.ids[0].lower(), known.get(recorded.ids[0], {})).items()
    )
    listed = (home.root / "tracked.csv").read_text().splitlines()
    assert listed[1 + len(recorded.ids) :] == recorded.found


def test_each_shipped_kind_is_recorded_or_simulated(home: Settings):
    assert {one.kind for one in RECORDED} | {"internal.random", "github.repository"} == set(
        read_catalogue(home).kinds
    )


def test_reddit_gives_its_token_for_a_name_and_password(home: Settings, web: Web):
    [recorded] = [one for one in RECORDED if one.kind == "reddit.comment"]
    service, clock = Service(web, recorded), Clock(AT)
    track(home, recorded.kind, *recorded.ids)
    run_due(home, read_catalogue(home), now=clock.now, sleep=clock.sleep)
    basic, _, form = service.token_call.removeprefix("Basic ").partition("grant_type")
    assert (b64decode(basic), form) == (b"the-id:the-secret", "=client_credentials")


def test_a_switched_off_kind_says_why_and_asks_nobody(home: Settings, web: Web):
    (home.root / "kinds" / "reddit.yml").unlink()
    clock = Clock(AT)
    track(home, "reddit.post", "1abc")
    outcome = run_due(home, read_catalogue(home), now=clock.now, sleep=clock.sleep)
    assert (outcome.due, outcome.asked) == (0, 0)
    with pytest.raises(NoSuchItem, match=r"reddit.post is switched off: Reddit registers hardly any new"):
        add_item(home, read_catalogue(home), "reddit.post", "2def", now=clock.now)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Simulated]:
    with simulated(tmp_path / "home", World(3, 60), AT) as live:
        os.environ.update(
            services(live.served),
            TWITCH_CLIENT_ID=CLIENT_ID,
            TWITCH_CLIENT_SECRET=SECRET,
            HELIX_URL=live.served.helix_url,
            TWITCH_TOKEN_URL=live.served.token_url,
        )
        yield live


def add(live: Simulated, kind: str, item_id: str) -> None:
    catalogue = read_catalogue(live.settings)
    add_item(live.settings, catalogue, kind, item_id, now=live.clock.now, sleep=live.clock.sleep)


def test_the_simulator_serves_numbers_and_repositories(live: Simulated):
    add(live, "internal.random", "a")
    add(live, "github.repository", "duckdb/duckdb")
    with pytest.raises(NoSuchItem, match="GitHub has no github.repository no-one/x; nothing was added"):
        add(live, "github.repository", "no-one/x")
    live.later(minutes=61)
    clock = {"now": live.clock.now, "sleep": live.clock.sleep}
    outcome = run_due(live.settings, read_catalogue(live.settings), **clock)
    assert (outcome.asked, outcome.problems) == (2, [])
    load(live.settings)
    for metric in ("total", "stars"):
        query = f"select value from raw.readings where metric = '{metric}' order by observed_at"
        first, last = (row["value"] for row in rows_of(live.settings, query))
        assert first < last


def test_a_stream_that_is_offline_has_no_viewers_and_one_that_there_is_not_is_refused(live: Simulated):
    streams = live.world.live(AT)
    streaming = {stream.streamer_id for stream in streams}
    offline = next(one for one in live.world.streamers if one.id not in streaming)
    login = offline.names(int(live.served.box.now()[1]))[0]
    add(live, "twitch.stream", streams[0].login)
    add(live, "twitch.stream", login.upper())
    with pytest.raises(NoSuchItem, match="Twitch has no twitch.stream nobody_at_all; nothing was added"):
        add(live, "twitch.stream", "nobody_at_all")
    clock = {"now": live.clock.now, "sleep": live.clock.sleep}
    assert run_due(live.settings, read_catalogue(live.settings), **clock).asked == 2
    load(live.settings)
    viewers = {row["item_id"]: row["value"] for row in rows_of(live.settings, READINGS)}
    assert viewers == {streams[0].login: streams[0].viewers, login: 0}
