"""Tests of the Helix client's calls by id, over HTTP."""

import pytest

from ingestion.client.helix import Helix, connect
from ingestion.client.http import ApiError
from ingestion.settings import Settings
from tests.ingestion.fake_twitch import FakeTwitch, answer
from tests.ingestion.loopback import Clock


@pytest.fixture
def helix(settings: Settings, clock: Clock, twitch: FakeTwitch) -> Helix:
    return connect(settings, now=clock.now, sleep=clock.sleep)


def test_ids_are_asked_for_once_and_in_hundreds(helix: Helix, twitch: FakeTwitch):
    twitch.rows["/helix/users"] = [{"id": str(number)} for number in range(240)]
    asked = [str(number) for number in range(250)]

    rows = helix.by_id("users", [*asked, "3", "4"])

    assert [row["id"] for row in rows] == asked[:240]
    calls = twitch.called("/helix/users")
    assert [len(params) for params in calls] == [100, 100, 50]
    assert calls[0][:2] == [("id", "0"), ("id", "1")]


def test_no_ids_are_no_call(helix: Helix, twitch: FakeTwitch):
    assert helix.by_id("users", []) == []
    assert twitch.requests == []


@pytest.mark.parametrize("body", [[], {"data": None}, {"data": {}}, {"rows": []}, None])
def test_an_answer_of_another_shape_is_an_error(body, helix: Helix, twitch: FakeTwitch):
    twitch.faults["/helix/users"] = [lambda request: answer(200, body)(request)]
    with pytest.raises(ApiError, match="no list of data"):
        helix.get("users")
