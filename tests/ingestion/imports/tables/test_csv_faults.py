"""What a bad CSV file is refused with: one sentence that names file, line and column."""

import gzip
from pathlib import Path

import pytest

from ingestion.imports.errors import BadTable
from tests.ingestion.imports.tables.made_files import (
    GAME_ROWS,
    GAMES,
    ROWS,
    STREAMERS,
    import_into,
    write_csv,
)

HEADER = ",".join(STREAMERS)
GOOD = "ana,1546300800,Duel,5,7"
FAULTS = {
    "": "s.csv: the file is empty; a header and rows are needed",
    HEADER: "s.csv, line 1: there is a header and not one row below it",
    f"{HEADER}\n\n": "s.csv, line 1: there is a header and not one row below it",
    f"\n{HEADER}\n": "s.csv, line 2: there is a header and not one row below it",
    "username,timestamp,game,note\nana,1,Duel,7": (
        "s.csv, line 1: these columns are missing: viewers; those found are username, timestamp, game, note; "
        "rename them or say --map viewers=ITS_NAME"
    ),
    f"{HEADER}\n{GOOD}".replace("viewers", "Viewer"): (
        "s.csv, line 1: these columns are missing: viewers (is it 'Viewer'?); those found are username, "
        "timestamp, game, Viewer, followers; rename them or say --map viewers=Viewer"
    ),
    f"{HEADER},viewers\n{GOOD},5": "s.csv, line 1, column viewers: it is there 2 times; keep one",
    "streamer,time,category,current_viewers\nana,1,Duel,7": (
        "s.csv, line 1: these columns are missing: username (is it 'streamer'?), timestamp (is it 'time'?), "
        "game (is it 'category'?), viewers (is it 'current_viewers'?); those found are streamer, time, "
        "category, current_viewers; rename them or say --map username=streamer"
    ),
    '{"username":"ana","timestamp":1546682400,"game":"Duel","viewers":1,"followers":3}': (
        "s.csv: this is JSON, not CSV; write it as CSV or Parquet, or use import-snapshots for answers of "
        "Get Streams"
    ),
    f"{HEADER}\n{GOOD}\nana,1546300800,Duel,5": (
        "s.csv, line 3: 4 fields here, the header has 5; check the line's separators and quotation marks"
    ),
    f'{HEADER}\n{GOOD}\nana,1546300800,"Duel,5,7\n{GOOD}\n': (
        "s.csv, line 3: a quotation mark opened here is never closed"
    ),
    f"{HEADER}\n{GOOD}\nana,1546300800,Duel,abc,7": (
        "s.csv, line 3, column viewers: 'abc' is not a whole number"
    ),
    f'{HEADER}\n{GOOD}\n"a\nna",1546300800,"Du\r\nel",abc,7': (
        "s.csv, line 5, column viewers: 'abc' is not a whole number"
    ),
    f"{HEADER}\n{GOOD}\nana,1546300800,Duel,1.5,7": (
        "s.csv, line 3, column viewers: '1.5' is not a whole number"
    ),
    f"{HEADER}\n{GOOD}\nana,1546300800,Duel,nan,7": (
        "s.csv, line 3, column viewers: 'nan' is not a whole number"
    ),
    f"{HEADER}\n{GOOD}\nana,1546300800,Duel,-5,7": "s.csv, line 3, column viewers: '-5' is negative",
    f"{HEADER}\n{GOOD}\nana,1546300800,Duel,5,-7": "s.csv, line 3, column followers: '-7' is negative",
    f"{HEADER}\n{GOOD}\nana,1546300800,Duel,2147483648,7": (
        "s.csv, line 3, column viewers: '2147483648' is not between 0 and 2147483647"
    ),
    f"{HEADER}\n{GOOD}\nana,1546300800,Duel,1e9999,7": (
        "s.csv, line 3, column viewers: '1e9999' is not between 0 and 2147483647"
    ),
    f"{HEADER}\n{GOOD}\nana,1546300800000,Duel,5,7": (
        "s.csv, line 3, column timestamp: '1546300800000' looks like milliseconds, other rows like seconds; "
        "use one unit"
    ),
    f"{HEADER}\n{GOOD}\nana,20190101,Duel,5,7": (
        "s.csv, line 3, column timestamp: '20190101' as epoch seconds is not between "
        "2000-01-01 00:00:00 and 2026-11-22 12:00:05 UTC"
    ),
    f"{HEADER}\n{GOOD}\n,1546300800,Duel,5,7": (
        "s.csv, line 3, column username: it is blank, and every row needs a username"
    ),
    f"{HEADER}\n{GOOD}\nana,1546300800,(all),5,7": (
        "s.csv, line 3, column game: (all) stands for all together and cannot name a game; rename it"
    ),
    f"{HEADER}\n{GOOD}\nana,2019-01-01T00:00:00,Duel,5,7": (
        "s.csv, line 3, column timestamp: 2019-01-01 00:00:00 has no time zone; add --time-zone UTC, or the "
        "recorder's"
    ),
    f"{HEADER}\n{GOOD}\nana,1546300800,Duel,1.000,7": (
        "s.csv, line 3, column viewers: '1.000' can be a thousand or one; write whole numbers "
        "without any mark"
    ),
    f"{HEADER}\nana,1546300800,Duel,1.000,7\nana,1546300800,Duel,2.000,7": (
        "s.csv, line 2, column viewers: '1.000' can be a thousand or one; write whole numbers "
        "without any mark"
    ),
    f"{HEADER}\n{GOOD}\nana,1546300800,Duel,,7": (
        "s.csv, line 3, column viewers: it is blank, and every row needs a viewers value"
    ),
    f"{HEADER}\n{GOOD}\n{'a' * 1001},1546300800,Duel,5,7": (
        "s.csv, line 3, column username: it is 1,001 characters long; is a quotation mark missing?"
    ),
    f"{HEADER}\n{GOOD}\n{'a' * 200_000},1546300800,Duel,5,7": (
        "s.csv, line 3: this is not CSV (field larger than field limit (131072)); check its quotation marks"
    ),
}
GAME_FAULTS = {
    "05.03.2015": "'05.03.2015' is neither a date (YYYY-MM-DD) nor epoch seconds",
    "2015-02-30": "'2015-02-30' is not a day of the calendar",
    "1e30": "'1e30' as epoch seconds is not between 1950-01-01 00:00:00 and 2199-12-31 00:00:00 UTC",
}


def refusal(folder: Path, streamers: Path | None, games: Path | None = None) -> str:
    with pytest.raises(BadTable) as caught:
        import_into(folder / "landing", streamers, games)
    assert not (folder / "landing" / "history").exists()
    return str(caught.value)


@pytest.mark.parametrize(("text", "sentence"), FAULTS.items(), ids=[s[:70] for s in FAULTS.values()])
def test_a_bad_file_is_refused_in_one_sentence(tmp_path, text, sentence):
    (tmp_path / "s.csv").write_bytes(text.encode())
    assert refusal(tmp_path, tmp_path / "s.csv") == sentence


@pytest.mark.parametrize(("day", "why"), GAME_FAULTS.items())
def test_a_bad_release_date_is_refused(tmp_path, day, why):
    games = write_csv(tmp_path / "g.csv", [*GAME_ROWS, ["Ball", day, "Apex Co", "FPS"]], GAMES)
    assert refusal(tmp_path, None, games).startswith(f"g.csv, line 4, column release_date: {why}")


def test_a_good_file_is_not_landed_beside_a_bad_one(tmp_path):
    streamers = write_csv(tmp_path / "s.csv", ROWS)
    games = write_csv(tmp_path / "g.csv", [*GAME_ROWS, ["", "0", "Apex Co", "FPS"]], GAMES)
    sentence = "g.csv, line 4, column game: it is blank, and every row needs a game"
    assert refusal(tmp_path, streamers, games) == sentence


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path):
    lines = [HEADER, *[GOOD] * 5000, "zo\xe9,1546300800,Duel,5,7", GOOD]
    (tmp_path / "s.csv").write_bytes("\r\n".join(lines).encode("latin-1"))
    assert refusal(tmp_path, tmp_path / "s.csv") == (
        "s.csv, line 5002: this is not UTF-8 text; save the file as UTF-8"
    )


def test_bad_bytes_in_an_ignored_column_are_refused_too(tmp_path):
    (tmp_path / "s.csv").write_bytes(f"{HEADER},note\n{GOOD},\xe9\n".encode("latin-1"))
    assert refusal(tmp_path, tmp_path / "s.csv").startswith("s.csv, line 2: this is not UTF-8")


@pytest.mark.parametrize("cut", [1, 4, 8, 9, 40, 200])
def test_a_gzip_cut_short_is_refused_wherever_it_was_cut(tmp_path, cut):
    whole = gzip.compress("\n".join([HEADER, *[GOOD] * 300]).encode(), compresslevel=0)
    (tmp_path / "s.csv.gz").write_bytes(whole[:-cut])
    assert refusal(tmp_path, tmp_path / "s.csv.gz") == (
        "s.csv.gz: the gzip is cut short or damaged; fetch the file again"
    )


def test_a_gzip_with_a_flipped_bit_is_refused(tmp_path):
    whole = bytearray(gzip.compress(f"{HEADER}\n{GOOD}\n".encode(), compresslevel=0))
    whole[-12] ^= 1
    (tmp_path / "s.csv.gz").write_bytes(whole)
    assert refusal(tmp_path, tmp_path / "s.csv.gz").startswith("s.csv.gz: the gzip is cut short or damaged")


def test_an_empty_gzip_is_refused(tmp_path):
    (tmp_path / "s.csv.gz").write_bytes(gzip.compress(b""))
    assert "columns are missing: username, timestamp," in refusal(tmp_path, tmp_path / "s.csv.gz")


def test_a_path_without_a_file_is_refused(tmp_path):
    missing = tmp_path / "none.csv"
    assert refusal(tmp_path, missing) == f"{missing}: there is no such file; check the path"
    assert refusal(tmp_path, tmp_path).endswith("this is not a file; give the path of a CSV or Parquet file")


def test_a_spreadsheet_is_refused_by_its_kind(tmp_path):
    (tmp_path / "s.csv").write_bytes(b"PK\x03\x04 and so on")
    assert refusal(tmp_path, tmp_path / "s.csv").startswith(
        "s.csv: the file is a zip archive or a spreadsheet"
    )
