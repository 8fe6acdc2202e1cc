"""What a bad Parquet file is refused with: one sentence that names file, row and column."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.imports.errors import BadTable
from ingestion.landing.files import landed_files
from tests.ingestion.imports.tables.made_files import (
    ROWS,
    START,
    import_into,
    landed_rows,
    typed,
    write_parquet,
)

BLANK = "it is blank, and every row needs a viewers value"
CELLS = {
    "viewers": [
        (pa.array([1.0, float("nan"), 3.0]), f"row 2, column viewers: {BLANK}"),
        (pa.array([1, 2, None]), f"row 3, column viewers: {BLANK}"),
        (pa.nulls(3), f"row 1, column viewers: {BLANK}"),
        (pa.array([1.0, 2.5, 3.0]), "row 2, column viewers: '2.5' is not a whole number"),
        (pa.array([1.0, 2.0, float("inf")]), "row 3, column viewers: 'inf' is not a whole number"),
        (pa.array([1, -2, 3]), "row 2, column viewers: '-2' is negative"),
    ],
    "timestamp": [
        (
            pa.array([START, START * 1000, START]),
            f"row 2, column timestamp: '{START}000' looks like milliseconds, other rows like seconds; "
            "use one unit",
        ),
    ],
    "game": [
        (pa.array(["a", "b", "(all)"]), "row 3, column game: (all) stands for all together and cannot name"),
    ],
    "username": [
        (pa.array(["a", "b", None]), "row 3, column username: it is blank, and every row needs a username"),
        (pa.array(["a", " ", "c"]), "row 2, column username: it is blank, and every row needs a username"),
    ],
}
TYPES = {
    "viewers": [(pa.array(["1", "2", "3"]), "string; write them as whole numbers")],
    "followers": [(pa.array([True, False, True]), "bool; write them as whole numbers")],
    "timestamp": [
        (pa.array([True] * 3), "bool; write them as epoch seconds, or ISO 8601 as text or instants")
    ],
    "username": [
        (pa.array([1, 2, 3]), "int64; write them as text"),
        (pa.array([b"a", b"b", b"c"]), "binary; write them as text"),
    ],
}


def refusal(folder: Path, name: str = "s.parquet") -> str:
    with pytest.raises(BadTable) as caught:
        import_into(folder / "landing", folder / name)
    assert landed_files(folder / "landing") == []
    return str(caught.value)


def flat(faults: dict) -> list[tuple]:
    return [(name, cells, sentence) for name, several in faults.items() for cells, sentence in several]


@pytest.mark.parametrize(("column", "cells", "sentence"), flat(CELLS))
def test_a_bad_cell_is_refused_with_its_row(tmp_path, column, cells, sentence):
    write_parquet(tmp_path / "s.parquet", **{column: cells})
    assert refusal(tmp_path).startswith(f"s.parquet, {sentence}")


@pytest.mark.parametrize(("column", "cells", "sentence"), flat(TYPES))
def test_a_column_of_another_type_is_refused(tmp_path, column, cells, sentence):
    write_parquet(tmp_path / "s.parquet", **{column: cells})
    assert refusal(tmp_path) == f"s.parquet, column {column}: the values are of type {sentence}"


@pytest.mark.parametrize("cut", [1, 300, 1000])
def test_a_parquet_file_cut_short_is_refused(tmp_path, cut):
    whole = write_parquet(tmp_path / "s.parquet").read_bytes()
    (tmp_path / "s.parquet").write_bytes(whole[:-cut])
    assert refusal(tmp_path) == (
        "s.parquet: the Parquet file is cut short or damaged; fetch or write it again"
    )


def test_a_damaged_page_is_refused(tmp_path):
    whole = bytearray(write_parquet(tmp_path / "s.parquet").read_bytes())
    whole[4:60] = b"\xff" * 56
    (tmp_path / "s.parquet").write_bytes(whole)
    assert "is cut short or damaged" in refusal(tmp_path)


def test_a_parquet_file_without_rows_or_columns_is_refused(tmp_path):
    pq.write_table(pq.read_table(write_parquet(tmp_path / "s.parquet")).slice(0, 0), tmp_path / "s.parquet")
    assert refusal(tmp_path) == "s.parquet: the Parquet file has not one row; check how it was written"
    pq.write_table(pa.table({"viewer": [1]}), tmp_path / "t.parquet")
    assert refusal(tmp_path, "t.parquet").startswith("t.parquet: these columns are missing: username,")


def test_text_named_as_parquet_is_refused(tmp_path):
    (tmp_path / "s.parquet").write_text("username,timestamp\n")
    assert refusal(tmp_path) == (
        "s.parquet: the name says Parquet but the content is not; check how it was written"
    )


@pytest.mark.parametrize(
    ("followers", "game"),
    [
        (pa.array([1000.0, float("nan"), 1001.0]), pa.large_string()),
        (pa.array([1000, None, 1001], pa.uint16()), pa.dictionary(pa.int32(), pa.string())),
        (pa.array([Decimal(1000), None, Decimal(1001)], pa.decimal128(9, 2)), pa.string_view()),
    ],
)
def test_other_types_of_the_same_values_are_accepted(tmp_path, followers, game):
    games = pa.array([row[2] for row in ROWS]).cast(game)
    done = import_into(tmp_path, write_parquet(tmp_path / "s.parquet", followers=followers, game=games))
    assert landed_rows(done.landed[0]) == typed(ROWS)


@pytest.mark.parametrize(
    "days",
    [
        pa.array([date(2015, 3, 5)]),
        pa.array([datetime(2015, 3, 5, 23, 59)], pa.timestamp("ns")),
        pa.array([1425513600]),
        pa.array(["2015-03-05"]),
    ],
)
def test_release_dates_may_be_dates_instants_numbers_or_text(tmp_path, days):
    table = {"game": ["Duel"], "release_date": days, "publisher": ["Apex Co"], "genre": ["FPS"]}
    pq.write_table(pa.table(table), tmp_path / "g.parquet")
    done = import_into(tmp_path, games=tmp_path / "g.parquet")
    assert pq.read_table(done.landed[0]).column("release_date").to_pylist() == [date(2015, 3, 5)]
