"""The landing zone: what goes in comes out, whole, in order, under names that tell what it is."""

from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion.landing.files import (
    STREAMS_SCHEMA,
    AlreadyLanded,
    CrawlRecord,
    crawl_path,
    land,
    land_crawl,
    landed_files,
    read_record,
    remove_leftovers,
)
from ingestion.warehouse.new_files import UnreadableFiles, landed_since
from tests.ingestion.landed_crawls import START, land_streams, minutes, settings_in, stream

CRAWL = CrawlRecord("twitch", START, START + timedelta(seconds=70), 300, False, "error: HTTP 500", 2, 1, 3, 4)
texts = st.none() | st.text(st.characters(codec="utf-8"), max_size=20)


def test_a_crawl_lies_under_its_platform_day_and_second(tmp_path):
    path = land_crawl(tmp_path, CRAWL, pa.Table.from_pylist([stream(1)], schema=STREAMS_SCHEMA))
    assert path == tmp_path / "twitch/crawls/2026-03-01/2026-03-01T10-00-00Z.parquet"
    assert crawl_path("twitch", START) == path.relative_to(tmp_path)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_the_record_holds_every_field_of_the_crawl(tmp_path):
    path = land_crawl(tmp_path, CRAWL, STREAMS_SCHEMA.empty_table())
    assert read_record(path) == {
        "kind": "crawl",
        "platform": "twitch",
        "observed_at": "2026-03-01T10:00:00",
        "finished_at": "2026-03-01T10:01:10",
        "cadence_seconds": 300,
        "is_complete": False,
        "stop_reason": "error: HTTP 500",
        "pages": 2,
        "streams": 1,
        "doubles": 3,
        "points_used": 4,
        "found_by_id": 0,
        "rejected": 0,
        "chains": [],
    }


@hypothesis_settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(
        st.builds(
            stream,
            st.integers(0, 10**9),
            st.integers(0, 2**62),
            title=texts,
            game_name=texts,
            tags=st.none() | st.lists(st.text(st.characters(codec="utf-8"), max_size=5), max_size=3),
            started_at=st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)),
        ),
        max_size=5,
    )
)
def test_whatever_is_landed_is_read_back(tmp_path_factory, rows):
    table = pa.Table.from_pylist(rows, schema=STREAMS_SCHEMA)
    path = land_crawl(tmp_path_factory.mktemp("landing"), CRAWL, table)
    assert pq.read_table(path).to_pylist() == rows


def test_a_second_crawl_of_the_same_second_is_refused_and_the_first_kept(tmp_path):
    settings = settings_in(tmp_path)
    path = land_streams(settings, START, [stream(1)])
    with pytest.raises(AlreadyLanded, match="landed files are never replaced"):
        land_streams(settings, START, [stream(2)])
    assert pq.read_table(path)["id"].to_pylist() == ["s1"]


def test_rows_of_another_shape_are_not_landed(tmp_path):
    with pytest.raises((ValueError, pa.ArrowException)):
        land_crawl(tmp_path, CRAWL, pa.table({"id": [1]}))
    assert landed_files(tmp_path) == []


def test_landed_files_are_listed_in_order_without_drafts_and_strangers(tmp_path):
    for name in ("b/2.parquet", "a/9.parquet", "b/1.parquet"):
        land(tmp_path, Path(name), pa.table({"a": [1]}), {})
    for stranger in (".1.parquet.7.tmp", ".3.parquet", "notes.txt"):
        (tmp_path / "b" / stranger).write_text("")
    assert [str(name) for name in landed_files(tmp_path)] == ["a/9.parquet", "b/1.parquet", "b/2.parquet"]


def test_no_landing_zone_holds_no_files_and_a_file_is_no_landing_zone(tmp_path):
    assert landed_files(tmp_path / "landing") == []
    remove_leftovers(tmp_path / "landing", 0)
    (tmp_path / "landing").write_text("")
    with pytest.raises(NotADirectoryError):
        landed_files(tmp_path / "landing")


@hypothesis_settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_changed_byte_and_no_cut_makes_other_rows_of_a_file(tmp_path_factory, data):
    settings = settings_in(tmp_path_factory.mktemp("home"))
    rows = [stream(number, number * 31) for number in range(50)]
    path = land_streams(settings, START, rows)
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        del content[place:]
    else:
        content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    files, reasons = landed_since(settings.landing, ())
    assert len(files) + len(reasons) == 1
    footer = len(content) - int.from_bytes(content[-8:-4], "little") - 8
    if files and place < footer:
        assert pq.read_table(path).to_pylist() == rows


def test_unreadable_files_are_named_three_at_most(tmp_path):
    reasons = {minutes(number): "cut" for number in range(5)}
    error = UnreadableFiles(tmp_path, {tmp_path / f"{at:%H-%M}.parquet": why for at, why in reasons.items()})
    assert str(error) == (
        f"{tmp_path}/10-00.parquet (cut), {tmp_path}/10-01.parquet (cut), {tmp_path}/10-02.parquet (cut) "
        "and 2 more cannot be read: bring it back from a backup or move it out of "
        f"{tmp_path}; everything else is loaded"
    )
