"""What an import lands, from every kind of file."""

import csv
import gzip
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.imports.tables.history import import_tables
from ingestion.landing.files import landed_files, read_record
from tests.ingestion.imports.tables.made_files import (
    GAME_ROWS,
    GAMES,
    IMPORTED_AT,
    ROWS,
    START,
    STREAMERS,
    import_into,
    landed_rows,
    typed,
    write_csv,
    write_parquet,
)
from tests.places import ELITE


def test_both_tables_are_landed_with_their_audit_records(tmp_path):
    streamers = write_csv(tmp_path / "streamers.csv", ROWS)
    games = write_csv(tmp_path / "games.csv", GAME_ROWS, GAMES)
    done = import_into(tmp_path / "landing", streamers, games)
    assert done.rows == {"streamers": 3, "games": 2} and done.already_there == ()
    assert set(landed_files(tmp_path / "landing")) == {
        path.relative_to(tmp_path / "landing") for path in done.landed
    }
    record = read_record(done.landed[0])
    sha256 = record.pop("sha256")
    assert done.landed[0].name == f"2026-11-21T12-00-05Z-{sha256[:12]}-streamers.parquet"
    assert record == {
        "kind": "streamers",
        "platform": "history",
        "imported_at": "2026-11-21T12:00:05",
        "source_name": "streamers.csv",
        "rows": 3,
        "cadence_seconds": 60,
        "first_observed_at": "2019-01-01T00:00:00",
        "last_observed_at": "2019-01-01T00:01:00",
    }
    assert {"kind": "games", "platform": "history", "rows": 2}.items() <= read_record(done.landed[1]).items()


def test_landed_columns_have_their_types(tmp_path):
    done = import_into(
        tmp_path,
        write_csv(tmp_path / "s.csv", ROWS),
        write_csv(tmp_path / "g.csv", GAME_ROWS, GAMES),
    )
    text, number = pa.string(), pa.int64()
    assert pq.read_schema(done.landed[0]) == pa.schema(
        dict(zip(STREAMERS, [text, number, text, number, number], strict=True))
        | {"observed_at": pa.timestamp("us")}
    )
    assert pq.read_schema(done.landed[1]) == pa.schema(
        dict(zip(GAMES, [text, pa.date32(), text, text], strict=True))
    )


@pytest.mark.parametrize("name", ["s.csv", "s.csv.gz", "s.parquet"])
def test_every_kind_of_file_lands_the_same_rows(tmp_path, name):
    path = tmp_path / name
    if path.suffix == ".parquet":
        write_parquet(path)
    else:
        write_csv(path, ROWS)
    assert landed_rows(import_into(tmp_path, path).landed[0]) == typed(ROWS)


def test_the_format_is_told_by_the_content_not_the_name(tmp_path):
    (tmp_path / "plain.csv").write_bytes(write_csv(tmp_path / "s.csv.gz", ROWS).read_bytes())
    (tmp_path / "named.csv.gz").write_bytes(write_csv(tmp_path / "s.csv", ROWS).read_bytes())
    (tmp_path / "export").write_bytes(write_parquet(tmp_path / "s.parquet").read_bytes())
    for number, name in enumerate(["plain.csv", "named.csv.gz", "export"]):
        done = import_into(tmp_path, tmp_path / name, platform=f"p{number}")
        assert landed_rows(done.landed[0]) == typed(ROWS)


def test_column_order_row_order_and_extra_columns_do_not_matter(tmp_path):
    header = ["note", "viewers", "game", "followers", "username", "timestamp", "note"]
    rows = [["x", v, g, f, u, t, "a,b\nc"] for u, t, g, v, f in reversed(ROWS)]
    done = import_into(tmp_path, write_csv(tmp_path / "s.csv", rows, header))
    assert landed_rows(done.landed[0]) == typed(reversed(ROWS))


def test_a_byte_order_mark_and_blank_lines_are_tolerated(tmp_path):
    text = write_csv(tmp_path / "s.csv", ROWS).read_text()
    (tmp_path / "t.csv").write_text("\ufeff" + text.replace("\n", "\n\n"))
    assert landed_rows(import_into(tmp_path, tmp_path / "t.csv").landed[0]) == typed(ROWS)


def test_whole_numbers_written_as_fractions_or_powers_are_whole(tmp_path):
    rows = [
        ["ana", f"{START}.0", "Duel", "896.0", "1e3"],
        ["bo", "1.5463008e9", "Duel", " 5.", "1200e-2"],
        ["cy", f"+{START}", "Duel", "0", "  "],
    ]
    done = import_into(tmp_path, write_csv(tmp_path / "s.csv", rows))
    assert [row[3:] for row in landed_rows(done.landed[0])] == [[896, 1000], [5, 12], [0, None]]
    assert {row[1] for row in landed_rows(done.landed[0])} == {START}


def test_a_tick_is_the_timestamp_floored_to_the_cadence(tmp_path):
    rows = [["ana", str(START + seconds), "Duel", "1", ""] for seconds in (0, 299, 300, 601)]
    done = import_into(tmp_path, write_csv(tmp_path / "s.csv", rows), cadence_seconds=300)
    ticks = pq.read_table(done.landed[0]).column("observed_at").to_pylist()
    assert ticks == [datetime(2019, 1, 1, 0, minute) for minute in (0, 0, 5, 10)]


def test_exact_doubles_are_landed_as_they_are(tmp_path):
    done = import_into(tmp_path, write_csv(tmp_path / "s.csv", ROWS + ROWS))
    assert landed_rows(done.landed[0]) == typed(ROWS + ROWS)


def test_release_dates_are_days_or_epoch_seconds_even_before_1970(tmp_path):
    written = ["2015-03-05", "1425513600", "1425599999.0", "-240000000", " 2015-03-05 "]
    rows = [[f"game {number}", day, "Apex Co", "FPS"] for number, day in enumerate(written)]
    done = import_into(tmp_path, games=write_csv(tmp_path / "g.csv", rows, GAMES))
    days = pq.read_table(done.landed[0]).column("release_date").to_pylist()
    assert days == [date(2015, 3, 5)] * 3 + [date(1962, 5, 25), date(2015, 3, 5)]


def test_recorded_data_is_landed_row_for_row_and_polls_within_a_minute_are_no_fault(tmp_path):
    if not ELITE.exists():
        pytest.skip("the recorded data (shared/data/elite) is not on this machine")
    done = import_into(tmp_path, ELITE / "streamers.csv.gz", ELITE / "games_metadata.csv")
    with gzip.open(ELITE / "streamers.csv.gz", "rt", newline="") as file:
        rows = [[row[name] for name in STREAMERS] for row in csv.DictReader(file)]
    assert landed_rows(done.landed[0]) == typed(rows)
    assert (done.median_gap_seconds, done.warnings) == (60, [])


def test_a_file_of_many_blocks_keeps_the_order_of_its_rows(tmp_path, monkeypatch):
    monkeypatch.setattr("ingestion.imports.tables.rows.BLOCK_BYTES", 1000)
    rows = [[f"s{n}", str(START + n), 'a "quoted"\nname', str(n), str(n)] for n in range(500)]
    path = write_csv(tmp_path / "s.csv", rows)
    done = import_tables(tmp_path, path, None, imported_at=IMPORTED_AT)
    assert pq.ParquetFile(done.landed[0]).num_row_groups > 10
    assert landed_rows(done.landed[0]) == typed(rows)
