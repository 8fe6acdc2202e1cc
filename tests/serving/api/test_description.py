"""The API against its own OpenAPI description."""

import copy

import duckdb
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from serving.api.describe import OF_A_PERIOD
from serving.api.rankings import path_of
from serving.catalogue import RANKINGS
from tests.serving.api.marts import GENRES, NEWEST_DAY, columns_of_marts, publish_marts, streamer_id
from tests.serving.api.serving_api import served
from tests.serving.api.tracked.rows import REPOSITORY, VIDEO

EXAMPLES = 20
PATHS = [
    *(f"/v1{path_of(ranking)}" for ranking in RANKINGS.values()),
    "/v1/periods",
    "/v1/activity/monthly",
    "/v1/streamers",
    "/v1/streamers/{streamer_id}",
    "/v1/streamers/{streamer_id}/sessions",
    "/v1/streamers/{streamer_id}/activity",
    "/v1/sessions/{session_id}",
    "/v1/games/{game_id}",
    "/v1/games/now",
    "/v1/live",
    "/v1/tags/popular",
    "/v1/crawls",
    "/v1/metrics",
    "/v1/metrics/items",
    "/v1/metrics/{kind}/{item_id}",
    "/v1/rankings/tracked",
    "/health",
]
# Nothing that is sent to /health is wrong.
CASES = [
    *((path, GenerationMode.POSITIVE) for path in PATHS),
    *((path, GenerationMode.NEGATIVE) for path in PATHS[:-1]),
]
# What a description cannot know: which platforms, genres, days and ids were published.
PUBLISHED = {
    "platform": ["twitch", "history"],
    "genre": list(GENRES),
    "start": ["2026-11-14", NEWEST_DAY.isoformat()],
    "streamer_id": [streamer_id(0), streamer_id(5), "nobody"],
    "session_id": ["nothing", f"{streamer_id(0)}@1"],
    "game_id": ["1", "11", "none"],
    "kind": [VIDEO, REPOSITORY, "nothing"],
    "item_id": ["plain", "owner/name", "none"],
    "from": ["2026-11-14", "2026-11-20T12:00:00Z"],
    "to": ["2026-11-21", "2026-11-20T22:00:00.5Z"],
}


@pytest.fixture(scope="module")
def document(get) -> dict:
    return get("/openapi.json").json()


@pytest.fixture(scope="module")
def described(url, document) -> dict[GenerationMode, schemathesis.BaseSchema]:
    """Return the description to break, and to keep the same with what was published filled in."""
    filled = copy.deepcopy(document)
    for path in filled["paths"].values():
        for parameter in path["get"].get("parameters", []):
            known = PUBLISHED.get(parameter["name"])
            if known:
                parameter["schema"] = {"type": "string", "enum": known}
    found = {}
    for mode, whole in ((GenerationMode.NEGATIVE, document), (GenerationMode.POSITIVE, filled)):
        found[mode] = schemathesis.openapi.from_dict(whole)
        found[mode].config.update(base_url=url)
    return found


@pytest.mark.parametrize(("path", "mode"), CASES)
def test_every_answer_is_as_described(described, path, mode):
    @given(case=described[mode][path]["GET"].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(timeout=30)

    ask()


def test_every_route_of_the_contract_is_described(document):
    assert set(document["paths"]) == set(PATHS)


def test_every_column_is_described_as_it_is_published(document, published):
    with duckdb.connect(published, read_only=True) as connection:
        for mart, columns in columns_of_marts().items():
            described = document["components"]["schemas"][mart]["properties"]
            names = [name for name, *_ in connection.execute(f"describe marts.{mart}").fetchall()]
            assert list(described) == names
            assert {name: column["description"] for name, column in described.items()} == {
                column.name: column.description for column in columns
            }


# no route answers these marts
UNANSWERED = {"games_across_platforms", "hourly_activity", "tracked_item_history", "source_calls"}


def test_rows_are_described_as_soon_as_they_are_published(tmp_path):
    published = tmp_path / "published" / "airtime.duckdb"
    with served(published) as url:
        before = requests.get(f"{url}/openapi.json", timeout=10).json()["components"]["schemas"]
        publish_marts(tmp_path, without=["games"])
        after = requests.get(f"{url}/openapi.json", timeout=10).json()["components"]["schemas"]
    assert before.keys() == after.keys() - UNANSWERED
    assert before["live_now"] == before["periods"] == after["games"] == {"type": "object"}
    assert after["live_now"]["properties"]["viewer_count"]["description"] == "Viewers in this crawl."
    assert list(after["periods"]["properties"]) == list(OF_A_PERIOD)


def test_what_every_route_has_comes_last(document):
    for path in document["paths"].values():
        names = [p["name"] for p in path["get"].get("parameters", []) if p["in"] == "query"]
        assert names[-1:] in (["format"], [])
        assert "limit" not in names or names[-3:] == ["limit", "offset", "format"]


def test_only_with_a_key_the_description_asks_for_one(published, document):
    assert "securitySchemes" not in document["components"]
    with served(published, key="secret") as url:
        asking = requests.get(f"{url}/openapi.json", timeout=10).json()
    assert asking["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "bearer"}}
    needing = {path for path, operations in asking["paths"].items() if "security" in operations["get"]}
    assert needing == set(asking["paths"]) - {"/health"}
