"""What an import of snapshots lands: the crawl that made them, once, or nothing and one sentence."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.crawl.streams import one_row_per_stream
from ingestion.imports.errors import BadTable, ImportRefused
from ingestion.imports.snapshots.instants import When
from ingestion.imports.tables.history import import_tables
from ingestion.imports.zones import Zone
from ingestion.landing.files import landed_files, read_record
from tests.ingestion.fake_twitch import stream
from tests.ingestion.imports.snapshots.dumping import AT, FORMS, imported, rows, write_dump
from tests.ingestion.imports.tables.made_files import ROWS, write_csv
from tests.ingestion.of_twitch import to_arrow
from tests.places import HELIX

RECORDED = HELIX / "helix_streams_200.json"
NAMED = When(pattern="%Y-%m-%dT%H-%M", zone=Zone("UTC"))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)
STREAMS = st.builds(
    stream,
    st.integers(0, 9),
    st.integers(0, 10**6),
    title=TEXTS,
    user_name=TEXTS,
    game_id=st.sampled_from(["", "10", "509658"]),
    tags=st.one_of(st.none(), st.lists(TEXTS, max_size=3)),
    language=st.sampled_from(["en", "", "notavailable"]),
    started_at=st.sampled_from(["2026-03-01T09:30:00Z", "", "2026-02-28T23:59:59.123456Z"]),
)


def live(streams: list[dict]) -> pa.Table:
    """Return what a live crawl lands of these rows."""
    return one_row_per_stream([to_arrow(streams, AT)[0]])[0].sort_by("id").combine_chunks()


def landed(path: Path) -> pa.Table:
    return pq.read_table(path).combine_chunks()


@pytest.mark.parametrize("form", FORMS)
def test_a_dump_in_any_form_lands_what_the_crawl_landed(tmp_path, form):
    done = imported(tmp_path / "landing", write_dump(tmp_path / "dump", rows(), form))
    assert landed(done.landed[0]) == live(rows())
    assert read_record(done.landed[0]) == {
        "kind": "crawl",
        "platform": "twitch",
        "observed_at": "2026-03-01T10:00:00",
        "finished_at": "2026-03-01T10:00:00",
        "cadence_seconds": 300,
        "is_complete": True,
        "stop_reason": "import",
        "pages": 0,
        "streams": 3,
        "doubles": 0,
        "points_used": 0,
        "found_by_id": 0,
        "rejected": 0,
        "chains": [],
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(streams=st.lists(STREAMS, min_size=1, max_size=8), form=st.sampled_from(["page", "csv", "parquet"]))
def test_random_pages_in_any_format_land_what_the_crawl_landed(tmp_path_factory, streams, form):
    folder = tmp_path_factory.mktemp("random")
    done = imported(folder / "landing", write_dump(folder / "dump", streams, form))
    expected, doubles = one_row_per_stream([to_arrow(streams, AT)[0]])
    assert landed(done.landed[0]).to_pylist() == expected.sort_by("id").to_pylist()
    assert done.doubles == doubles


@pytest.mark.skipif(not RECORDED.exists(), reason=f"no recorded answers in {RECORDED.parent}")
def test_a_recorded_answer_is_a_snapshot(tmp_path):
    done = imported(tmp_path / "landing", RECORDED)
    assert landed(done.landed[0]) == live(json.loads(RECORDED.read_text())["body"]["data"])


def test_the_same_again_adds_nothing(tmp_path):
    dump = write_dump(tmp_path / "dump", rows(), "page")
    imported(tmp_path / "landing", dump)
    before = landed_files(tmp_path / "landing")
    again = imported(tmp_path / "landing", write_dump(tmp_path / "other", rows(), "csv"))
    assert (again.landed, again.streams, again.instants) == ([], 0, [AT])
    assert landed_files(tmp_path / "landing") == before


def test_several_files_of_one_instant_are_pages_of_one_crawl_and_the_last_row_counts(tmp_path):
    first = write_dump(tmp_path / "2026-03-01T10-00_p1.json", rows(), "page")
    second = write_dump(tmp_path / "2026-03-01T10-00_p2.json", [stream(3, 9), stream(4, 8)], "page")
    later = write_dump(tmp_path / "2026-03-01T10-05_p1.json", rows(1), "page")
    done = imported(tmp_path / "landing", first, second, later, when=NAMED, cadence_seconds=None)
    assert landed(done.landed[0]) == live([*rows(2), stream(3, 9), stream(4, 8)])
    assert (done.streams, done.doubles, len(done.landed)) == (5, 1, 2)
    assert done.cadence_seconds == done.median_gap_seconds == 300


@pytest.mark.parametrize("form", ["csv", "parquet", "ndjson"])
def test_one_file_holds_a_crawl_for_each_value_of_its_column(tmp_path, form):
    instants = [AT + timedelta(minutes=5 * number) for number in (1, 0, 1, 2)]
    streams = [stream(number, number, seen_at=f"{at}Z") for number, at in enumerate(instants)]
    dump = write_dump(tmp_path / "dump", streams, form)
    done = imported(tmp_path / "landing", dump, when=When(column="seen_at"))
    assert done.instants == sorted(set(instants))
    found = [[row["id"] for row in landed(path).to_pylist()] for path in done.landed]
    assert found == [["s1"], ["s0", "s2"], ["s3"]]
    assert landed(done.landed[0])["extra"].to_pylist() == [None]


def test_fields_of_another_name_are_mapped(tmp_path):
    other = [{"stream": "1", "user_id": "7", "viewers": 5}]
    done = imported(
        tmp_path / "landing",
        write_dump(tmp_path / "dump", other, "csv"),
        names={"id": "stream", "viewer_count": "viewers"},
    )
    assert [(row["id"], row["viewer_count"]) for row in landed(done.landed[0]).to_pylist()] == [("1", 5)]


def test_a_table_that_made_numbers_of_ids_and_decimals_of_numbers_is_read(tmp_path):
    table = pa.table(
        {
            "id": [41574619358, 40438630621],
            "user_id": [489155160.0, 569325723.0],
            "game_id": [27471.0, float("nan")],
            "viewer_count": [84904.0, 75782.0],
            "started_at": pa.array([datetime(2026, 3, 1, 9)] * 2, pa.timestamp("ns")),
        }
    )
    pq.write_table(table, tmp_path / "dump")
    [first, second] = landed(imported(tmp_path / "landing", tmp_path / "dump").landed[0]).to_pylist()[::-1]
    assert (first["id"], first["user_id"], first["game_id"]) == ("41574619358", "489155160", "27471")
    assert (first["viewer_count"], first["started_at"]) == (84904, datetime(2026, 3, 1, 9))
    assert second["game_id"] == ""


@pytest.mark.parametrize(
    "text", ["2026-03-01 09:30:00", "2026-03-01 10:30:00+01", "2026-03-01 09:30:00 UTC", "1772357400000"]
)
def test_starts_are_read_however_a_table_writes_them(tmp_path, text):
    dump = write_dump(tmp_path / "dump", [stream(1, 1, started_at=text)], "csv")
    [row] = landed(imported(tmp_path / "landing", dump).landed[0]).to_pylist()
    assert row["started_at"] == datetime(2026, 3, 1, 9, 30)


@pytest.mark.parametrize("tags", ["['English', 'PvP']", '["English", "PvP"]', "English, PvP", "English|PvP"])
def test_tags_are_read_however_a_table_writes_them(tmp_path, tags):
    dump = write_dump(tmp_path / "dump", [stream(1, 1, tags=tags)], "csv")
    [row] = landed(imported(tmp_path / "landing", dump).landed[0]).to_pylist()
    assert row["tags"] == ["English", "PvP"]


FAULTS = {
    '{"data": [{"id": "1"': "dump, line 1: the JSON breaks off (",
    '[1, "two"]': "dump, line 1: '1' is neither a page nor a row of one",
    '{"status": 401, "error": "Unauthorized", "message": "Invalid token"}': (
        "dump, line 1: this is the answer to a call that failed (401, Invalid token); leave it out"
    ),
    '{"stream_id": "1", "user_id": "7", "viewers": 4}': (
        "dump, line 1: these columns are missing: id (is it 'stream_id'?), viewer_count (is it 'viewers'?); "
    ),
    "id,user_id,viewer_count\n4.15746E+10,7,5\n": "dump, line 2: id '4.15746E+10' was rounded",
    "id,user_id,viewer_count\n1,7\n": "dump, line 2: 2 fields here, the header has 3",
    "id,user_id,viewer_count,tags\n1,7,5,[half\n": "dump, line 2: the tags '[half' are no list",
    "": "dump: the file is empty",
}


@pytest.mark.parametrize(("content", "sentence"), FAULTS.items())
def test_a_bad_dump_is_refused_in_one_sentence_and_nothing_lands(tmp_path, content, sentence):
    good = write_dump(tmp_path / "good", rows(), "page")
    (tmp_path / "dump").write_text(content)
    with pytest.raises(BadTable) as refused:
        imported(tmp_path / "landing", good, tmp_path / "dump")
    assert sentence in str(refused.value) and "\n" not in str(refused.value)
    assert landed_files(tmp_path / "landing") == []


def test_streams_that_began_after_they_were_seen_tell_a_wrong_time_zone(tmp_path):
    dump = write_dump(tmp_path / "dump", rows(), "page")
    with pytest.raises(BadTable, match="3 of 3 streams began after 2026-03-01 08:00:00 UTC.*--time-zone"):
        imported(tmp_path / "landing", dump, when=When(AT.isoformat(), zone=Zone("Europe/Kyiv")))


def test_an_instant_in_the_future_is_refused(tmp_path):
    dump = write_dump(tmp_path / "dump", rows(), "page")
    with pytest.raises(BadTable, match="2031-01-01 00:00:00 UTC lies in the future"):
        imported(tmp_path / "landing", dump, when=When("2031-01-01T00:00Z"))


def test_other_streams_in_a_crawl_that_has_landed_are_refused(tmp_path):
    imported(tmp_path / "landing", write_dump(tmp_path / "dump", rows(), "page"))
    before = landed_files(tmp_path / "landing")
    later = write_dump(tmp_path / "2026-03-01T10-05.json", rows(), "page")
    other = write_dump(tmp_path / "2026-03-01T10-00.json", rows(2), "page")
    with pytest.raises(ImportRefused, match="is a crawl of the same second with other streams"):
        imported(tmp_path / "landing", later, other, when=NAMED)
    assert landed_files(tmp_path / "landing") == before


def test_a_file_without_streams_is_named_and_makes_no_crawl(tmp_path):
    empty = write_dump(tmp_path / "2026-03-01T10-05.json", [], "page")
    full = write_dump(tmp_path / "2026-03-01T10-00.json", rows(), "page")
    done = imported(tmp_path / "landing", full, empty, when=NAMED)
    assert (done.instants, done.warnings) == ([AT], [f"{empty} holds no live stream and makes no crawl"])
    with pytest.raises(ImportRefused, match="no file holds a live stream"):
        imported(tmp_path / "landing", empty)


def test_snapshots_do_not_mix_with_imported_tables(tmp_path):
    tables = write_csv(tmp_path / "s.csv", ROWS)
    import_tables(tmp_path / "landing", tables, None, platform="old", imported_at=datetime(2026, 3, 1))
    dump = write_dump(tmp_path / "dump", rows(), "page")
    with pytest.raises(ImportRefused, match="platform old holds imported tables"):
        imported(tmp_path / "landing", dump, platform="old")
    imported(tmp_path / "landing", dump, platform="live")
    with pytest.raises(ImportRefused, match="platform live has live crawls"):
        import_tables(tmp_path / "landing", tables, None, platform="live", imported_at=datetime(2026, 3, 1))


def test_what_a_killed_import_left_is_cleared_away(tmp_path):
    (tmp_path / "landing" / ".snapshots").mkdir(parents=True)
    (tmp_path / "landing" / ".snapshots" / "rest").write_text("half")
    imported(tmp_path / "landing", write_dump(tmp_path / "dump", rows(), "page"))
    assert not (tmp_path / "landing" / ".snapshots").exists()
