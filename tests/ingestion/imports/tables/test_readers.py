"""The fast and the careful reader agree, on good files and on files with one bad cell."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.imports.errors import BadTable, Unsure
from ingestion.imports.source import open_source
from ingestion.imports.tables.draft import streamers_table
from ingestion.imports.tables.rows import careful_batches, fast_batches
from ingestion.landing.files import landed_files
from tests.ingestion.imports.tables.made_files import (
    IMPORTED_AT,
    START,
    STREAMERS,
    import_into,
    landed_rows,
    name,
    typed,
)

PROPERTY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NAMES = st.text(
    st.one_of(st.sampled_from('ab",\n\r \t日é'), st.characters(codec="utf-8")), min_size=1, max_size=6
).filter(lambda text: name(text) != "(no category)")
GOOD_ROWS = st.lists(
    st.tuples(
        NAMES,
        st.integers(START, START + 10**6).map(str),
        NAMES,
        st.integers(0, 2**31 - 1).map(str),
        st.one_of(st.just(""), st.integers(0, 10**9).map(str)),
    ),
    min_size=1,
    max_size=6,
)
BAD_CELLS = {
    "username": ["", " ", "\t\u00a0", "x" * 1001],
    "timestamp": ["", "abc", "-1", "12", "2019-01-01", f"{START}.5", "9" * 30, "0x1F", "1_000", "1e99", "٣"],
    "game": ["x" * 1001, "(all)"],
    "viewers": ["", "abc", "-1", "1.5", "1,5", "2147483648", "nan", "1e-1", "0x1F", "1_0", "--1", "٣", "5\n"],
    "followers": ["abc", "-1", "0.5", "none", "1e16", "0x1F", "1_0", "inf", "5\n", "\u00a0"],
}
SOUP = st.lists(
    st.sampled_from(
        ["a", "1", "1.0", '"', '""', ",", "\n", "\r\n", "\r", " ", "\x00", "é", f"\nana,{START},Duel,5,7"]
    ),
    max_size=30,
).map("".join)


def as_csv(rows: list[tuple[str, ...]], end: str = "\n") -> str:
    return "".join(",".join(map(quoted, row)) + end for row in rows)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set('",\r\n') else cell


def read(reader, path: Path) -> list[dict]:
    table = streamers_table(open_source(path), 60, IMPORTED_AT)
    return [row for batch in reader(table.source, table.columns) for row in batch.to_pylist()]


@PROPERTY
@given(rows=GOOD_ROWS, order=st.permutations(STREAMERS), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_good_file_is_read_by_both_as_the_csv_module_reads_it(tmp_path: Path, rows, order, end):
    picked = [tuple(dict(zip(STREAMERS, row, strict=True))[name] for name in order) for row in rows]
    path = tmp_path / "s.csv"
    path.write_bytes(as_csv([tuple(order), *picked], end).encode())
    expected = [dict(zip(STREAMERS, row, strict=True)) for row in typed(rows)]
    assert read(careful_batches, path) == expected
    assert read_fast(path) in (expected, None)


def read_fast(path: Path) -> list[dict] | None:
    try:
        return read(fast_batches, path)
    except Unsure:
        return None


@PROPERTY
@given(rows=GOOD_ROWS, data=st.data(), extra=st.booleans())
def test_one_bad_cell_is_refused_at_its_very_line_and_column(tmp_path: Path, rows, data, extra):
    at = data.draw(st.integers(0, len(rows) - 1))
    name = data.draw(st.sampled_from(STREAMERS))
    cell = data.draw(st.sampled_from(BAD_CELLS[name]))
    mutated = list(rows[at])
    column = STREAMERS.index(name)
    mutated[column] = cell
    lines = [tuple(STREAMERS), *rows[:at], tuple(mutated), *rows[at + 1 :]]
    before = as_csv(lines[: at + 1]) + as_csv([(*mutated[:column], "")])[: -1 if column else None]
    path = tmp_path / "s.csv"
    path.write_bytes(as_csv([(*line, "note") for line in lines] if extra else lines).encode())
    line = 1 + len(re.findall("\r\n|\r|\n", before)) - (0 if column else 1)
    with pytest.raises(BadTable, match=f"^s.csv, line {line}, column {name}: "):
        import_into(tmp_path / "landing", path)
    assert landed_files(tmp_path / "landing") == []


@PROPERTY
@given(soup=SOUP, block=st.sampled_from([64, 1 << 20]))
def test_whatever_the_fast_reader_accepts_the_careful_one_reads_the_same(tmp_path: Path, soup, block):
    path = tmp_path / "s.csv"
    path.write_bytes(f"{','.join(STREAMERS)}\nana,{START},{soup},5,7\n".encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingestion.imports.tables.rows.BLOCK_BYTES", block)
        fast = read_fast(path)
    assert fast is None or fast == read(careful_batches, path)


def test_a_plain_file_does_not_need_the_careful_reader(tmp_path, monkeypatch):
    monkeypatch.delattr("ingestion.imports.tables.draft.careful_batches")
    rows = [('a "b", c', str(START), "d\ne", "896.0", "1000.0"), ("b", f"{START}.0", "d", "5", "")]
    path = tmp_path / "s.csv"
    path.write_bytes(as_csv([tuple(STREAMERS), *rows]).encode())
    done = import_into(tmp_path / "landing", path)
    assert [row[3:] for row in landed_rows(done.landed[0])] == [[896, 1000], [5, None]]
