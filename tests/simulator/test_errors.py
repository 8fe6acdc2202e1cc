"""Errors and shapes are those of the recorded responses."""

import json

import pytest

from tests.places import HELIX as RECORDED
from tests.simulator.conftest import CLIENT_ID

needs_recordings = pytest.mark.skipif(not RECORDED.is_dir(), reason=f"no recorded responses in {RECORDED}")


def _recorded(name: str) -> dict:
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


def _rate_headers(headers) -> set[str]:
    return {name.lower() for name in headers if name.lower().startswith("ratelimit-")}


def _keys(value: object) -> object:
    """Return the names in a body, of lists those of the first row."""
    if isinstance(value, list):
        return [_keys(value[0])] if value else []
    return {name: _keys(inner) for name, inner in value.items()} if isinstance(value, dict) else None


@needs_recordings
def test_a_missing_parameter_is_answered_as_recorded(box):
    recorded, answer = _recorded("helix_channels_400"), box.get("channels")
    assert (answer.status_code, answer.json()) == (recorded["status"], recorded["body"])
    assert _rate_headers(answer.headers) == _rate_headers(recorded["headers"]) == set()


@needs_recordings
def test_a_missing_client_id_is_answered_as_recorded(box):
    del box.session.headers["Client-Id"]
    recorded, answer = _recorded("helix_users_id_18587270_401"), box.get("users", id="18587270")
    assert (answer.status_code, answer.json()) == (recorded["status"], recorded["body"])
    assert _rate_headers(answer.headers) == _rate_headers(recorded["headers"]) == set()


@needs_recordings
def test_token_errors_are_answered_as_recorded(box):
    recorded, answer = _recorded("oauth2_token_400"), box.mint(client_id="")
    assert (answer.status_code, answer.json()) == (recorded["status"], recorded["body"])
    recorded = _recorded("oauth2_validate_401")
    wrong = {"Authorization": "OAuth wrong"}
    answer = box.session.get(f"{box.served.url}/oauth2/validate", headers=wrong, timeout=10)
    assert (answer.status_code, answer.json()) == (recorded["status"], recorded["body"])


@needs_recordings
def test_a_good_token_has_the_recorded_fields(box):
    assert _keys(box.mint().json()) == _keys(_recorded("oauth2_token_200")["body"])
    answer = box.session.get(f"{box.served.url}/oauth2/validate", timeout=10).json()
    assert _keys(answer) == _keys(_recorded("oauth2_validate_200")["body"])
    assert answer["client_id"] == CLIENT_ID


@needs_recordings
@pytest.mark.parametrize(
    ("recording", "call", "added"),
    [
        ("helix_streams_200", "streams", {"tags", "is_mature"}),
        ("helix_users_id_18587270_200", "users", set()),
        ("helix_games_top_first_5_200", "games/top", {"igdb_id"}),
        (
            "helix_channels_broadcaster_id_277558749_200",
            "channels",
            {"tags", "content_classification_labels", "is_branded_content"},
        ),
        ("helix_videos_user_id_9846758_200", "videos", set()),
    ],
)
def test_rows_have_the_recorded_fields_and_those_added_since(box, world, recording, call, added):
    who = next(streamer.id for streamer in world.streamers if len(streamer.weekdays) == 7)
    parameter = {"users": "id", "channels": "broadcaster_id", "videos": "user_id"}.get(call)
    answer = box.get(call, **({parameter: who} if parameter else {}))
    recorded = _recorded(recording)
    assert set(answer.json()["data"][0]) == set(recorded["body"]["data"][0]) | added
    assert _rate_headers(answer.headers) == {"ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"}
    assert _rate_headers(recorded["headers"]) <= _rate_headers(answer.headers)


@needs_recordings
def test_the_recorded_ends_of_lists_are_ours(box, world):
    live = _recorded("helix_streams_user_login_SunsetClub_200")["body"]["pagination"]
    offline = box.get("streams", user_login="nobody").json()["pagination"]
    assert live == offline == {}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"after": "IA"}, "invalid cursor"),
        ({"after": "nonsense!"}, "invalid cursor"),
        ({"after": "eyJiIjpudWxsLCJhIjp7Ik9mZnNldCI6Mn19"}, "invalid cursor"),
        ({"first": 101}, 'The parameter "first" was malformed: the value must be less than or equal to 100'),
        ({"first": 0}, 'The parameter "first" was malformed: the value must be greater than or equal to 1'),
        ({"first": "x"}, 'The parameter "first" was malformed: the value must be an integer'),
        (
            {"user_login": ["someone"] * 101},
            'The parameter "user_login" was malformed: the value must be less than or equal to 100',
        ),
    ],
)
def test_a_malformed_parameter_is_a_400_with_helix_words(box, params, message):
    answer = box.get("streams", **params)
    assert answer.status_code == 400
    assert answer.json() == {"error": "Bad Request", "status": 400, "message": message}


def test_videos_of_unknown_ids_are_a_404(box):
    answer = box.get("videos", id="4")
    assert answer.status_code == 404 and answer.json()["error"] == "Not Found"
    assert box.get("videos", id=["4", "5"], user_id="6").status_code == 400


def test_an_unknown_path_is_a_404_in_helix_words(box):
    assert box.get("no/such/call").json() == {"error": "Not Found", "status": 404, "message": ""}
