"""Tests of the Helix client's lists and calls by id, over HTTP."""

import pytest

from ingestion.client.helix import Helix, connect
from ingestion.client.http import ApiError
from ingestion.client.paging import Stop
from ingestion.settings import Settings
from tests.ingestion.fake_twitch import FakeTwitch, answer, stream, streams
from tests.ingestion.loopback import Clock

STREAMS = "/helix/streams"


@pytest.fixture
def helix(settings: Settings, clock: Clock, twitch: FakeTwitch) -> Helix:
    return connect(settings, now=clock.now, sleep=clock.sleep)


def _read(helix: Helix) -> tuple[list[str], Stop | None]:
    pages = helix.pages("streams")
    ids = [row["id"] for page in pages for row in page]
    return ids, pages.stop


def _ids(count: int) -> list[str]:
    return [f"s{number}" for number in range(count)]


def test_a_list_is_read_page_by_page_to_its_end(helix: Helix, twitch: FakeTwitch):
    twitch.page(streams(250))
    assert _read(helix) == (_ids(250), Stop("end", True))
    first = ("first", "100")
    assert twitch.called(STREAMS) == [[first], [first, ("after", "1")], [first, ("after", "2")]]
    assert helix.points_used == 3


@pytest.mark.parametrize(
    "ending", [{}, {"pagination": {}}, {"pagination": None}, {"pagination": {"cursor": ""}}]
)
def test_no_cursor_in_any_shape_is_the_end(ending: dict, helix: Helix, twitch: FakeTwitch):
    twitch.faults[STREAMS] = [answer(200, {"data": streams(3), **ending})]
    assert _read(helix) == (_ids(3), Stop("end", True))


def test_filters_go_with_every_page(helix: Helix, twitch: FakeTwitch):
    twitch.page(streams(150))
    twitch.language = "fr"
    list(helix.pages("streams", [("language", "de"), ("language", "fr")]))
    assert [params[:2] for params in twitch.called(STREAMS)] == [[("language", "de"), ("language", "fr")]] * 2


def test_a_short_page_does_not_end_a_list(helix: Helix, twitch: FakeTwitch):
    rows = streams(245)
    twitch.pages = [rows[:100], rows[100:145], rows[145:245]]
    assert _read(helix) == (_ids(245), Stop("end", True))


def test_a_cursor_back_to_the_first_page_ends_the_list_without_that_page(helix: Helix, twitch: FakeTwitch):
    twitch.page(streams(250))
    twitch.cursors[2] = "0"
    assert _read(helix) == (_ids(250), Stop("loop", True))


def test_of_the_first_page_seen_again_only_new_rows_come(helix: Helix, twitch: FakeTwitch):
    twitch.page(streams(250))
    newcomer = stream(999, 400)
    again = {"data": [newcomer, *streams(250)[:99]], "pagination": {"cursor": "1"}}
    twitch.faults[STREAMS] = [None, None, None, answer(200, again)]
    twitch.cursors[2] = "0"
    assert _read(helix) == ([*_ids(250), "s999"], Stop("loop", True))


def test_the_blank_cursor_is_not_followed(helix: Helix, twitch: FakeTwitch):
    twitch.page(streams(150))
    twitch.cursors[1] = "IA"
    assert _read(helix) == (_ids(150), Stop("blank cursor", True))
    assert len(twitch.called(STREAMS)) == 2


def test_a_cursor_that_is_called_invalid_once_is_sent_again(helix: Helix, twitch: FakeTwitch):
    twitch.page(streams(250))
    twitch.faults[STREAMS] = [None, answer(400, {"message": "Invalid Cursor"})]
    assert _read(helix) == (_ids(250), Stop("end", True))
    assert [params[1:] for params in twitch.called(STREAMS)] == [
        [],
        [("after", "1")],
        [("after", "1")],
        [("after", "2")],
    ]


def test_an_invalid_cursor_in_mid_list_is_not_the_end(helix: Helix, twitch: FakeTwitch):
    twitch.page(streams(250))
    twitch.faults[STREAMS] = [None, *[answer(400, {"message": "Invalid Cursor"})] * 2]
    assert _read(helix) == (_ids(100), Stop("invalid cursor", False))


def test_another_400_in_mid_list_is_an_error(helix: Helix, twitch: FakeTwitch):
    twitch.page(streams(250))
    twitch.faults[STREAMS] = [None, answer(400, {"message": "malformed"})]
    with pytest.raises(ApiError, match="malformed"):
        _read(helix)


def test_endless_empty_pages_end_the_list_as_incomplete(helix: Helix, twitch: FakeTwitch):
    twitch.pages = [streams(100), *[[]] * 50]
    assert _read(helix) == (_ids(100), Stop("empty pages", False))
    assert len(twitch.called(STREAMS)) == 4


def test_two_empty_pages_in_the_middle_are_passed_over(helix: Helix, twitch: FakeTwitch):
    rows = streams(200)
    twitch.pages = [rows[:100], [], [], rows[100:]]
    assert _read(helix) == (_ids(200), Stop("end", True))


@pytest.mark.parametrize("body", [[], {"data": None}, {"data": {}}, {"rows": []}, None])
def test_an_answer_of_another_shape_is_an_error(body, helix: Helix, twitch: FakeTwitch):
    twitch.faults[STREAMS] = [lambda request: answer(200, body)(request)]
    with pytest.raises(ApiError, match="no list of data"):
        _read(helix)


def test_a_row_that_is_no_object_ends_no_list(helix: Helix, twitch: FakeTwitch):
    twitch.pages = [[None, stream(1, 9)], ["x"], [stream(2, 8)]]
    pages = helix.pages("streams")
    assert [row for page in pages for row in page] == [None, stream(1, 9), "x", stream(2, 8)]
    assert pages.stop == Stop("end", True)


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


def test_an_invalid_cursor_where_none_was_sent_is_an_error(helix: Helix, twitch: FakeTwitch):
    twitch.faults[STREAMS] = [answer(400, {"message": "invalid cursor"})]
    with pytest.raises(ApiError, match="invalid cursor"):
        _read(helix)
