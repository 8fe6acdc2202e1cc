"""Tokens expire, buckets empty, both recover as the clock moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.limits import Bucket
from simulator.truth.world import to_second
from tests.simulator.conftest import AT


@pytest.mark.parametrize(
    ("form", "status", "message"),
    [
        ({"client_secret": ""}, 400, "missing client secret"),
        ({"grant_type": ""}, 400, "missing grant type"),
        ({"grant_type": "password"}, 400, "invalid grant type"),
        ({"client_id": "other"}, 400, "invalid client"),
        ({"client_secret": "wrong"}, 403, "invalid client secret"),
    ],
)
def test_a_wrong_token_request_is_refused_with_status_and_message(box, form, status, message):
    answer = box.mint(**form)
    assert (answer.status_code, answer.json()) == (status, {"status": status, "message": message})


@pytest.mark.parametrize("box", [{"token_lifetime": 100}], indirect=True)
def test_a_token_expires_after_its_seconds_and_a_new_one_is_good(box, clock):
    clock.move(99)
    assert box.get("games", id="1").status_code == 200
    clock.move(1)
    answer = box.get("games", id="1")
    assert answer.status_code == 401
    assert answer.json() == {"error": "Unauthorized", "status": 401, "message": "Invalid OAuth token"}
    box.login()
    assert box.get("games", id="1").status_code == 200


@pytest.mark.parametrize("box", [{"token_calls": 2}], indirect=True)
def test_a_token_can_end_after_a_number_of_calls(box):
    assert [box.get("games", id="1").status_code for _ in range(3)] == [200, 200, 401]


def test_a_token_that_was_revoked_is_refused(box):
    box.served.box.desk.tokens.clear()
    assert box.get("games", id="1").status_code == 401


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"Authorization": None}, "OAuth token is missing"),
        ({"Client-Id": "other"}, "Client ID and OAuth token do not match"),
        ({"Authorization": "Bearer wrong"}, "Invalid OAuth token"),
    ],
)
def test_wrong_headers_are_a_401_without_rate_headers(box, headers, message):
    box.session.headers.update(headers)
    answer = box.get("streams")
    assert (answer.status_code, answer.json()["message"]) == (401, message)
    assert "Ratelimit-Limit" not in answer.headers


@pytest.mark.parametrize("box", [{"points_per_minute": 6}], indirect=True)
def test_an_empty_bucket_is_a_429_until_it_has_refilled(box, clock):
    answers = [box.get("games", id="1") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429]
    assert [answer.headers["Ratelimit-Remaining"] for answer in answers] == [*"543210", "0"]
    refused = answers[-1]
    assert refused.json()["error"] == "Too Many Requests" and refused.json()["status"] == 429
    assert refused.headers["Ratelimit-Limit"] == "6"
    assert refused.headers["Ratelimit-Reset"] == str(to_second(AT) + 60)
    clock.move(9)
    assert box.get("games", id="1").status_code == 429
    clock.move(1)
    assert box.get("games", id="1").status_code == 200
    clock.move(60)
    assert box.get("games", id="1").headers["Ratelimit-Remaining"] == "5"


def test_a_refused_token_costs_no_points(box):
    before = box.get("games", id="1").headers["Ratelimit-Remaining"]
    box.session.get(f"{box.served.helix_url}/games", headers={"Client-Id": ""}, timeout=10)
    assert int(box.get("games", id="1").headers["Ratelimit-Remaining"]) == int(before) - 1


@given(st.integers(1, 900), st.lists(st.floats(0, 100), max_size=60))
def test_a_bucket_never_gives_more_than_its_size_and_its_refill(capacity, waits):
    bucket, now, given_out = Bucket(capacity, capacity / 60), 0.0, 0
    for wait in waits:
        now += wait
        given_out += bucket.take(now)
        assert 0 <= bucket.points <= capacity
    assert given_out <= capacity + now * capacity / 60 + 1e-6


def test_every_answer_is_dated_by_the_simulated_clock(box, clock):
    dates = [box.get("users", id="1").headers["Date"], box.get("nothing").headers["Date"]]
    assert dates == [f"{clock():%a, %d %b %Y %H:%M:%S} GMT"] * 2
