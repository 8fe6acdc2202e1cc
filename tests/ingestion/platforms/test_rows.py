"""Tests of how rows of Get Streams become rows of the landing zone, by Twitch's description."""

import json
from datetime import datetime

import pytest

from ingestion.landing.files import STREAMS_SCHEMA
from tests.ingestion.fake_twitch import stream
from tests.ingestion.of_twitch import to_arrow
from tests.places import CASES

AT = datetime(2026, 3, 1, 10)


def _only(row: dict) -> dict:
    page, rejects = to_arrow([row], AT)
    assert rejects == []
    [landed] = page.to_pylist()
    return landed


def test_a_row_keeps_what_can_be_neither_derived_nor_dead():
    assert _only(stream(7, 12)) == {
        "id": "s7",
        "user_id": "u7",
        "user_login": "login7",
        "user_name": "Name7",
        "game_id": "10",
        "game_name": "Duel",
        "title": "title 7",
        "viewer_count": 12,
        "started_at": datetime(2026, 3, 1, 9, 30),
        "language": "en",
        "tags": ["English"],
        "extra": None,
    }


def test_game_id_0_is_no_category():
    rows = [stream(1, 0, game_id="0"), stream(2, 0, game_id="00"), stream(3, 0, game_id=None)]
    page, _ = to_arrow(rows, AT)
    assert page["game_id"].to_pylist() == ["", "00", ""]


@pytest.mark.parametrize("nothing", ["", None])
def test_empty_and_null_both_mean_none_and_a_stream_without_category_has_an_empty_game_id(nothing):
    row = _only(
        stream(1, 0, game_id=nothing, game_name=nothing, title=nothing, started_at=nothing, tags=None)
    )
    assert (row["game_id"], row["game_name"], row["title"], row["started_at"]) == ("", None, None, None)
    assert row["viewer_count"] == 0
    assert row["tags"] is None


def test_a_new_field_is_kept_as_json():
    row = _only(stream(1, 5, is_vertical=True, labels=[{"id": "é"}]))
    assert json.loads(row["extra"]) == {"is_vertical": True, "labels": [{"id": "é"}]}


def test_an_unknown_type_is_kept_with_its_name():
    assert json.loads(_only(stream(1, 5, type="rerun"))["extra"]) == {"type": "rerun"}


def test_half_a_surrogate_pair_does_not_lose_the_page():
    assert _only(stream(1, 5, title=json.loads('"a\\ud83d"')))["title"] == "a?"


def test_half_a_surrogate_pair_among_tags_does_not_lose_the_page():
    assert _only(stream(1, 5, tags=json.loads('["a\\ud83d", "é"]')))["tags"] == ["a?", "é"]


VIEWERS = "viewer_count is no whole number from 0 to 100,000,000"
TOO_LATE = "started_at is more than 10 minutes after the crawl"
NO_TIME = "started_at is no time such as 2026-01-17T12:00:00Z"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        *(({"viewer_count": odd}, VIEWERS) for odd in (None, -1, 2**63, "5", 1.5, True, 100_000_001)),
        *(({"started_at": odd}, NO_TIME) for odd in ("yesterday", "2026-13-01T00:00:00Z", 5, "2026-03-01")),
        ({"started_at": "0001-01-01T00:00:00Z"}, "started_at is before 2011"),
        ({"started_at": "0001-01-01T00:00:00+09:00"}, NO_TIME),
        ({"started_at": "2010-12-31T23:59:59Z"}, "started_at is before 2011"),
        ({"started_at": "2090-01-01T00:00:00Z"}, TOO_LATE),
        ({"started_at": "2026-03-01T10:10:00.000001Z"}, TOO_LATE),
        ({"tags": ["English", 7]}, "tags holds what is no text"),
        ({"tags": [None]}, "tags holds what is no text"),
        ({"tags": "English"}, "tags is no list"),
        ({"id": ""}, "id is missing"),
        ({"id": 7}, "id is no text"),
        ({"user_id": None}, "user_id is missing"),
        ({"user_login": ""}, "user_login is missing"),
        ({"title": ["x"]}, "title is no text"),
        ({"game_id": 5}, "game_id is no text"),
        ({"type": ""}, "type is empty, the mark of an error"),
        ({"type": None}, "type is empty, the mark of an error"),
    ],
)
def test_a_row_that_cannot_be_right_is_set_aside_alone_with_its_json_and_the_reason(fields, reason):
    odd = stream(1, 5) | fields
    page, rejects = to_arrow([stream(2, 4), odd, stream(3, 3)], AT)
    assert page["id"].to_pylist() == ["s2", "s3"]
    assert [(one.reason, json.loads(one.row_json)) for one in rejects] == [(reason, odd)]


@pytest.mark.parametrize("odd", [None, "x", 7, ["id"]])
def test_a_row_that_is_no_object_is_set_aside_too(odd):
    page, rejects = to_arrow([odd, stream(1, 5)], AT)
    assert page["id"].to_pylist() == ["s1"]
    assert rejects == [(None, "the row is no object", json.dumps(odd))]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-03-01T09:30:00.123456789Z", datetime(2026, 3, 1, 9, 30, 0, 123456)),
        ("2026-03-01T09:30:00.9Z", datetime(2026, 3, 1, 9, 30, 0, 900000)),
        ("2026-03-01T11:30:00+02:00", datetime(2026, 3, 1, 9, 30)),
        ("2026-03-01T10:10:00Z", datetime(2026, 3, 1, 10, 10)),
        ("2011-01-01T00:00:00Z", datetime(2011, 1, 1)),
    ],
)
def test_a_start_is_kept_to_the_microsecond(said, meant):
    assert _only(stream(1, 5, started_at=said))["started_at"] == meant


def test_the_most_and_the_fewest_viewers_that_can_be_are_kept():
    page, rejects = to_arrow([stream(1, 100_000_000), stream(2, 0)], AT)
    assert (page["viewer_count"].to_pylist(), rejects) == ([100_000_000, 0], [])


@pytest.mark.skipif(not CASES.is_dir(), reason=f"no recorded cases in {CASES}")
def test_a_recorded_row_of_an_unlisted_language_is_kept():
    rows = json.loads((CASES / "page_notavailable.json").read_text())["data"]
    page, rejects = to_arrow(rows, AT)
    assert (page["language"].to_pylist(), rejects) == (["notavailable"], [])


def test_a_page_without_rows_is_a_table_without_rows():
    assert to_arrow([], AT)[0].schema == STREAMS_SCHEMA
