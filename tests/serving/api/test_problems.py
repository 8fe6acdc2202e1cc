"""What goes wrong is said in RFC 9457, names what is wrong, and tells nothing of the inside."""

import socket

import duckdb
import pytest
import requests

from tests.serving.api.marts import publish_marts, streamer_id
from tests.serving.api.serving_api import served

KEY = "a long and secret key"


def assert_problem(response: requests.Response, status: int) -> dict:
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status and problem["title"] and problem["detail"]
    return problem


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v2/crawls", "/v1/rankings/owners", "/v1/crawls/", "/v1/streamers/", "//"]
)
def test_an_unknown_path_is_a_problem(get, path):
    assert "/docs" in assert_problem(get(path), 404)["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/v1/crawls", "/health", "/v1/streamers/1"])
def test_nothing_can_be_changed(url, method, path):
    response = requests.request(method, url + path, data=b"x" * 10, timeout=10)
    assert_problem(response, 405)
    assert response.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("path", "name", "allowed"),
    [
        ("/v1/crawls?limit=0", "limit", "1 to 1000"),
        ("/v1/crawls?limit=1001", "limit", "1 to 1000"),
        ("/v1/crawls?limit=ten", "limit", "1 to 1000"),
        ("/v1/crawls?limit=1.0", "limit", "1 to 1000"),
        ("/v1/crawls?limit=", "limit", "1 to 1000"),
        ("/v1/crawls?limit=1_0", "limit", "1 to 1000"),
        ("/v1/crawls?limit=" + "9" * 5000, "limit", "1 to 1000"),
        ("/v1/crawls?offset=-1", "offset", "from 0"),
        ("/v1/crawls?offset=1e9", "offset", "from 0"),
        ("/v1/crawls?format=xml", "format", "json, csv or arrow"),
        ("/v1/rankings/games?period=decade", "period", "last_7_days"),
        ("/v1/rankings/games?period=WEEK", "period", "last_7_days"),
        ("/v1/rankings/games?start=2026-13-01", "start", "first day"),
        ("/v1/rankings/games?start=1700000000", "start", "first day"),
        ("/v1/live?platform=", "platform", "1 to 200"),
        ("/v1/streamers?search=", "search", "1 to 200"),
        ("/v1/streamers?search=a%00b", "search", "NUL"),
        ("/v1/streamers/" + "1" * 300, "streamer_id", "1 to 200"),
        ("/v1/games/a%00b", "game_id", "NUL"),
        ("/v1/rankings/games?genre=FPS", "genre", "platform, period, start, limit, offset, format"),
        ("/v1/crawls?limti=5", "limti", "platform, limit, offset, format"),
        ("/v1/streamers/1?limit=5", "limit", "platform, format"),
    ],
)
def test_a_bad_parameter_is_named_with_what_is_allowed(get, path, name, allowed):
    problem = assert_problem(get(path), 422)
    (parameter,) = problem["parameters"]
    assert parameter["name"] == name
    assert name in problem["detail"]
    assert allowed in parameter["allowed"]
    assert len(problem["detail"]) < 400


@pytest.mark.parametrize(
    ("path", "name", "among"),
    [
        ("/v1/rankings/games?start=2026-11-15", "start", "2026-11-14"),
        ("/v1/rankings/games?start=2026-11-14&platform=history", "start", "2019-01-01"),
        ("/v1/rankings/games?platform=youtube", "platform", "twitch"),
        ("/v1/rankings/follower-growth?genre=Chess", "genre", "FPS"),
    ],
)
def test_what_was_not_published_is_named_with_what_was(get, path, name, among):
    problem = assert_problem(get(path), 404)
    (parameter,) = problem["parameters"]
    assert parameter["name"] == name and among in parameter["among"]
    assert among in problem["detail"]


def test_every_question_of_streams_takes_a_platform_and_names_those_there_are_where_there_is_no_such(get):
    described = get("/openapi.json").json()["paths"].items()
    paths = [path for path, calls in described if calls["get"].get("tags") not in (["tracked"], ["server"])]
    assert len(paths) > 15
    ids = {"streamer_id": streamer_id(0), "session_id": "any", "game_id": "11"}
    for path in paths:
        problem = assert_problem(get(path.format(**ids), params={"platform": "kick"}), 404)
        assert problem["detail"] == "platform is 'kick', but has to be one of history, twitch", path


def test_every_bad_parameter_is_named(get):
    problem = assert_problem(get("/v1/rankings/games?limit=0&offset=x&nonsense=1"), 422)
    assert {parameter["name"] for parameter in problem["parameters"]} == {"limit", "offset", "nonsense"}


def test_a_long_address_is_refused(get):
    assert_problem(get(f"/v1/streamers?search={'x' * 9000}"), 414)


def test_before_the_first_publish_it_says_what_to_run(tmp_path):
    published = tmp_path / "published" / "airtime.duckdb"
    with served(published) as url:
        for path in ("/v1/rankings/streamers", "/health", "/v1/streamers/1"):
            response = requests.get(url + path, timeout=10)
            assert "make demo" in assert_problem(response, 503)["detail"]
            assert int(response.headers["Retry-After"]) > 0
        assert_problem(requests.get(f"{url}/v1/no", timeout=10), 404)
        assert_problem(requests.get(f"{url}/v1/crawls?limit=0", timeout=10), 422)
        assert requests.get(f"{url}/docs", timeout=10).status_code == 200
        publish_marts(tmp_path)
        assert requests.get(f"{url}/v1/rankings/streamers", timeout=10).status_code == 200


@pytest.mark.parametrize("content", [b"", b"this is no database", b"x" * 100_000])
def test_what_is_no_database_is_said_to_be_none(tmp_path, content):
    published = tmp_path / "airtime.duckdb"
    published.write_bytes(content)
    with served(published) as url:
        problem = assert_problem(requests.get(f"{url}/v1/crawls", timeout=10), 503)
    assert "cannot be read" in problem["detail"]


def test_a_mart_that_was_not_published_is_named(tmp_path):
    with served(publish_marts(tmp_path, without=["rank_tags"])) as url:
        problem = assert_problem(requests.get(f"{url}/v1/rankings/tags", timeout=10), 503)
        assert "rank_tags" in problem["detail"] and "publish it again" in problem["detail"]
        assert requests.get(f"{url}/v1/rankings/games", timeout=10).status_code == 200


def test_a_failure_tells_nothing_of_the_inside(tmp_path):
    published = publish_marts(tmp_path)
    with duckdb.connect(published) as connection:
        connection.execute("alter table marts.games_now alter viewer_count type hugeint")
        connection.execute("update marts.games_now set viewer_count = 2 ** 100")
    with served(published) as url:
        problem = assert_problem(requests.get(f"{url}/v1/games/now", timeout=10), 500)
        assert problem["detail"] == "the server failed; its log says why"
        assert requests.get(f"{url}/v1/crawls", timeout=10).status_code == 200


def test_data_is_only_for_those_with_the_key(published):
    with served(published, key=KEY) as url:
        for header in (None, KEY, f"Basic {KEY}", "Bearer", f"Bearer {KEY}x", "Bearer \xe9"):
            headers = {"Authorization": header.encode("latin-1")} if header else {}
            for path in ("/v1/crawls", "/v1/no"):
                response = requests.get(url + path, headers=headers, timeout=10)
                assert "AIRTIME_API_KEY" in assert_problem(response, 401)["detail"]
                assert response.headers["WWW-Authenticate"] == "Bearer"
                assert KEY not in response.text
        right = requests.get(f"{url}/v1/crawls", headers={"Authorization": f"bearer {KEY}"}, timeout=10)
        assert right.status_code == 200
        assert right.headers["Cache-Control"] == "private, no-cache"
        for path in ("/health", "/docs", "/openapi.json"):
            assert requests.get(url + path, timeout=10).status_code == 200


def test_an_answer_that_was_remembered_needs_the_key_as_well(published):
    with served(published, key=KEY) as url:
        headers = {"Authorization": f"Bearer {KEY}"}
        etag = requests.get(f"{url}/v1/crawls", headers=headers, timeout=10).headers["ETag"]
        for more in ({}, {"If-None-Match": etag}):
            assert requests.get(f"{url}/v1/crawls", headers=more, timeout=10).status_code == 401


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /v1/crawls?a=\x00 HTTP/1.1",
        b"GET /v1/streamers/\xff\xfe HTTP/1.1",
        b"GET /%zz HTTP/1.1",
        b"\x16\x03",
    ],
)
def test_what_is_hardly_http_is_the_callers_fault(url, request_):
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request_ + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
        status = connection.makefile("rb").readline().split()
    assert status == [] or status[1].startswith(b"4")
