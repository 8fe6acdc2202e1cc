"""Tests of how Twitch's list of streams is walked page by page, over HTTP."""

import pytest

from ingestion.client.http import ApiError
from ingestion.client.paging import Stop
from ingestion.clock import Deadline
from ingestion.platforms.calls import PlatformCalls
from ingestion.platforms.credentials import variables_of
from ingestion.platforms.pages import Walk
from ingestion.platforms.rows import shipped_rules
from ingestion.settings import Settings
from tests.ingestion.fake_twitch import FakeTwitch, answer, stream, streams
from tests.ingestion.loopback import Clock
from tests.ingestion.of_twitch import DESCRIPTION

STREAMS = "/helix/streams"


class Lists:
    """A client of the described Twitch, which walks its list."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        variables, deadline = variables_of(DESCRIPTION, settings), Deadline(clock.now, clock.sleep)
        self.calls = PlatformCalls(DESCRIPTION, variables, settings, deadline)

    @property
    def points_used(self) -> int:
        return self.calls.pacer.points_used

    def pages(self, **query: list[str]) -> Walk:
        return Walk(DESCRIPTION, self.calls, shipped_rules("twitch"), {"query": query})


@pytest.fixture
def lists(settings: Settings, clock: Clock, twitch: FakeTwitch) -> Lists:
    return Lists(settings, clock)


def _read(lists: Lists) -> tuple[list[str], Stop | None]:
    pages = lists.pages()
    ids = [row["id"] for page in pages for row in page]
    return ids, pages.stop


def _ids(count: int) -> list[str]:
    return [f"s{number}" for number in range(count)]


def test_a_list_is_read_page_by_page_to_its_end(lists: Lists, twitch: FakeTwitch):
    twitch.page(streams(250))
    assert _read(lists) == (_ids(250), Stop("end", True))
    first = ("first", "100")
    assert twitch.called(STREAMS) == [[first], [first, ("after", "1")], [first, ("after", "2")]]
    assert lists.points_used == 3


@pytest.mark.parametrize(
    "ending", [{}, {"pagination": {}}, {"pagination": None}, {"pagination": {"cursor": ""}}]
)
def test_no_cursor_in_any_shape_is_the_end(ending: dict, lists: Lists, twitch: FakeTwitch):
    twitch.faults[STREAMS] = [answer(200, {"data": streams(3), **ending})]
    assert _read(lists) == (_ids(3), Stop("end", True))


def test_filters_go_with_every_page(lists: Lists, twitch: FakeTwitch):
    twitch.page(streams(150))
    twitch.language = "fr"
    list(lists.pages(language=["de", "fr"]))
    assert [params[:2] for params in twitch.called(STREAMS)] == [[("language", "de"), ("language", "fr")]] * 2


def test_a_short_page_does_not_end_a_list(lists: Lists, twitch: FakeTwitch):
    rows = streams(245)
    twitch.pages = [rows[:100], rows[100:145], rows[145:245]]
    assert _read(lists) == (_ids(245), Stop("end", True))


def test_a_cursor_back_to_the_first_page_ends_the_list_without_that_page(lists: Lists, twitch: FakeTwitch):
    twitch.page(streams(250))
    twitch.cursors[2] = "0"
    assert _read(lists) == (_ids(250), Stop("loop", True))


def test_of_the_first_page_seen_again_only_new_rows_come(lists: Lists, twitch: FakeTwitch):
    twitch.page(streams(250))
    newcomer = stream(999, 400)
    again = {"data": [newcomer, *streams(250)[:99]], "pagination": {"cursor": "1"}}
    twitch.faults[STREAMS] = [None, None, None, answer(200, again)]
    twitch.cursors[2] = "0"
    assert _read(lists) == ([*_ids(250), "s999"], Stop("loop", True))


def test_the_blank_cursor_is_not_followed(lists: Lists, twitch: FakeTwitch):
    twitch.page(streams(150))
    twitch.cursors[1] = "IA"
    assert _read(lists) == (_ids(150), Stop("blank cursor", True))
    assert len(twitch.called(STREAMS)) == 2


def test_a_cursor_that_is_called_invalid_once_is_sent_again(lists: Lists, twitch: FakeTwitch):
    twitch.page(streams(250))
    twitch.faults[STREAMS] = [None, answer(400, {"message": "Invalid Cursor"})]
    assert _read(lists) == (_ids(250), Stop("end", True))
    assert [params[1:] for params in twitch.called(STREAMS)] == [
        [],
        [("after", "1")],
        [("after", "1")],
        [("after", "2")],
    ]


def test_an_invalid_cursor_in_mid_list_is_not_the_end(lists: Lists, twitch: FakeTwitch):
    twitch.page(streams(250))
    twitch.faults[STREAMS] = [None, *[answer(400, {"message": "Invalid Cursor"})] * 2]
    assert _read(lists) == (_ids(100), Stop("invalid cursor", False))


def test_another_400_in_mid_list_is_an_error(lists: Lists, twitch: FakeTwitch):
    twitch.page(streams(250))
    twitch.faults[STREAMS] = [None, answer(400, {"message": "malformed"})]
    with pytest.raises(ApiError, match="malformed"):
        _read(lists)


def test_endless_empty_pages_end_the_list_as_incomplete(lists: Lists, twitch: FakeTwitch):
    twitch.pages = [streams(100), *[[]] * 50]
    assert _read(lists) == (_ids(100), Stop("empty pages", False))
    assert len(twitch.called(STREAMS)) == 4


def test_two_empty_pages_in_the_middle_are_passed_over(lists: Lists, twitch: FakeTwitch):
    rows = streams(200)
    twitch.pages = [rows[:100], [], [], rows[100:]]
    assert _read(lists) == (_ids(200), Stop("end", True))


@pytest.mark.parametrize("body", [[], {"data": None}, {"data": {}}, {"rows": []}, None])
def test_an_answer_of_another_shape_is_an_error(body, lists: Lists, twitch: FakeTwitch):
    twitch.faults[STREAMS] = [lambda request: answer(200, body)(request)]
    with pytest.raises(ApiError, match="no list of data"):
        _read(lists)


def test_a_row_that_is_no_object_ends_no_list(lists: Lists, twitch: FakeTwitch):
    twitch.pages = [[None, stream(1, 9)], ["x"], [stream(2, 8)]]
    pages = lists.pages()
    assert [row for page in pages for row in page] == [None, stream(1, 9), "x", stream(2, 8)]
    assert pages.stop == Stop("end", True)


def test_an_invalid_cursor_where_none_was_sent_is_an_error(lists: Lists, twitch: FakeTwitch):
    twitch.faults[STREAMS] = [answer(400, {"message": "invalid cursor"})]
    with pytest.raises(ApiError, match="invalid cursor"):
        _read(lists)
