"""Tests against real recorded answers of Helix and the token endpoint, replayed over HTTP."""

import json
from datetime import datetime
from typing import Any

import pyarrow.parquet as pq
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from ingestion.client.application import RefusedCredentials
from ingestion.client.helix import connect
from ingestion.client.twitch import fetch_games, fetch_users
from ingestion.settings import Settings
from tests.ingestion.loopback import Clock, Web
from tests.ingestion.of_twitch import crawl_streams
from tests.places import HELIX as RECORDED

FETCHED_AT = datetime(2026, 3, 1, 10)
KEPT_HEADERS = ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason=f"no recorded answers in {RECORDED}")


def _recorded(name: str) -> dict[str, Any]:
    return json.loads((RECORDED / f"{name}.json").read_text())


def _replay(web: Web, **names: str) -> None:
    """Serve recorded answers; the streams' single page is followed by an empty last one."""

    def route(name: str):
        recorded = _recorded(name)

        def call(request: Request) -> JSONResponse:
            if request.query_params.get("after"):
                return JSONResponse({"data": [], "pagination": {}})
            headers = {key: recorded["headers"][key] for key in KEPT_HEADERS if key in recorded["headers"]}
            return JSONResponse(recorded["body"], recorded["status"], headers)

        return call

    token = names.pop("token", "oauth2_token_200")
    routes = [Route(f"/helix/{path}", route(name)) for path, name in names.items()]
    web.app = Starlette(routes=[Route("/oauth2/token", route(token), methods=["POST"]), *routes])


def test_a_recorded_page_of_streams_lands_row_by_row(web: Web, settings: Settings, clock: Clock):
    _replay(web, streams="helix_streams_200")

    crawled = crawl_streams(settings, now=clock.now, sleep=clock.sleep)

    recorded = sorted(_recorded("helix_streams_200")["body"]["data"], key=lambda row: row["id"])
    landed = pq.read_table(crawled.path).to_pylist()
    assert (crawled.record.is_complete, crawled.record.stop_reason, crawled.record.rejected) == (
        True,
        "end",
        0,
    )
    assert len(landed) == len(recorded) == 20
    for row, source in zip(landed, recorded, strict=True):
        same = ("id", "user_id", "user_login", "user_name", "game_id", "title", "viewer_count", "language")
        assert [row[name] for name in same] == [source[name] for name in same]
        assert row["started_at"] == datetime.strptime(source["started_at"], "%Y-%m-%dT%H:%M:%SZ")
        assert (row["tags"], row["extra"]) == (None, None)


def test_a_recorded_user_is_read(web: Web, settings: Settings, clock: Clock):
    _replay(web, users="helix_users_id_18587270_200")
    helix = connect(settings, now=clock.now, sleep=clock.sleep)
    [user] = fetch_users(helix, ["18587270"], FETCHED_AT)[0].to_pylist()
    assert user == {
        "platform": "twitch",
        "id": "18587270",
        "login": "day9tv",
        "display_name": "Day9tv",
        "type": None,
        "broadcaster_type": "partner",
        "created_at": datetime(2010, 12, 9, 5, 50, 55),
        "fetched_at": FETCHED_AT,
    }


def test_recorded_games_without_igdb_ids_have_null_there(web: Web, settings: Settings, clock: Clock):
    _replay(web, games="helix_games_top_first_5_200")
    helix = connect(settings, now=clock.now, sleep=clock.sleep)
    games, _ = fetch_games(helix, ["509658"], FETCHED_AT)
    assert games["name"].to_pylist()[:2] == ["Just Chatting", "VALORANT"]
    assert games["igdb_id"].null_count == len(games) == 5


def test_a_recorded_refusal_of_the_application_is_one_sentence(web: Web, settings: Settings, clock: Clock):
    _replay(web, token="oauth2_token_400", streams="helix_streams_200")
    with pytest.raises(RefusedCredentials, match='TWITCH_CLIENT_ID .* HTTP 400, "missing client id"'):
        crawl_streams(settings, now=clock.now, sleep=clock.sleep)


def test_a_recorded_401_that_stays_names_both_variables(web: Web, settings: Settings, clock: Clock):
    _replay(web, users="helix_users_id_18587270_401")
    helix = connect(settings, now=clock.now, sleep=clock.sleep)
    with pytest.raises(RefusedCredentials, match='CLIENT_SECRET.* HTTP 401, "Client ID is missing"'):
        fetch_users(helix, ["18587270"], FETCHED_AT)
