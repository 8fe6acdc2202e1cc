"""Tests of how rows of Get Streams become rows of the landing zone."""

import json
from datetime import datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.landing import STREAMS_SCHEMA
from ingestion.streams import UnexpectedRows, merge, to_arrow
from tests.ingestion.fake_twitch import stream


def _only(row: dict) -> dict:
    [landed] = to_arrow([row]).to_pylist()
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
    page = to_arrow([stream(1, 0, game_id="0"), stream(2, 0, game_id="00"), stream(3, 0, game_id=None)])
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


@pytest.mark.parametrize("fields", [{"type": ""}, {"type": None}, {"id": ""}, {"user_id": None}])
def test_a_row_that_is_no_live_stream_is_left_out(fields: dict):
    assert to_arrow([stream(1, 5, **fields), stream(2, 4)])["id"].to_pylist() == ["s2"]


def test_an_unknown_type_is_kept_with_its_name():
    assert json.loads(_only(stream(1, 5, type="rerun"))["extra"]) == {"type": "rerun"}


def test_half_a_surrogate_pair_does_not_lose_the_page():
    assert _only(stream(1, 5, title=json.loads('"a\\ud83d"')))["title"] == "a?"


@pytest.mark.parametrize(
    "fields",
    [{"viewer_count": "5"}, {"viewer_count": 1.5}, {"started_at": "yesterday"}, {"id": 7}, {"tags": "x"}],
)
def test_a_changed_type_is_an_error(fields: dict):
    with pytest.raises(UnexpectedRows):
        to_arrow([stream(1, 5) | fields])


def test_a_page_without_rows_is_a_table_without_rows():
    assert to_arrow([]).schema == STREAMS_SCHEMA
    assert merge([]) == (STREAMS_SCHEMA.empty_table(), 0)


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 99)), max_size=6), max_size=6))
def test_of_a_stream_s_rows_the_last_fetched_stays_and_the_others_are_counted(pages: list):
    tables = [to_arrow([stream(number, viewers) for number, viewers in page]) for page in pages]
    last = {f"s{number}": viewers for page in pages for number, viewers in page}

    streams, doubles = merge(tables)

    assert dict(zip(streams["id"].to_pylist(), streams["viewer_count"].to_pylist(), strict=True)) == last
    assert len(streams) == len(last)
    assert doubles == sum(map(len, pages)) - len(last)
    assert isinstance(streams, pa.Table)
