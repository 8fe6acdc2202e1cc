"""The two tables as people have them: other names, times, separators, gaps, bad rows."""

import csv
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.imports.errors import BadTable, ImportRefused
from tests.ingestion.commands import ingestion
from tests.ingestion.imports.tables.made_files import (
    GAMES,
    ROWS,
    START,
    STREAMERS,
    import_into,
    landed_rows,
    typed,
    write_csv,
)
from tests.places import CASES

in_cases = pytest.mark.skipif(not CASES.is_dir(), reason=f"no small inputs in {CASES}")
MINUTES = [START, START + 60]


def times(landing: Path, cells: list, **options) -> list[int]:
    """Import rows with these timestamps and return them as landed."""
    landing.mkdir()
    rows = [["ana", str(cell), "Duel", "1", ""] for cell in cells]
    done = import_into(landing, write_csv(landing / "s.csv", rows), **options)
    return [row[1] for row in landed_rows(done.landed[0])]


@pytest.mark.parametrize(
    ("factor", "unit"), [(10**3, "milliseconds"), (10**6, "microseconds"), (10**9, "nanoseconds")]
)
def test_finer_epochs_are_told_by_all_rows_and_said(tmp_path, factor, unit):
    rows = [["ana", str(at * factor + 7), "Duel", "1", ""] for at in MINUTES]
    done = import_into(tmp_path, write_csv(tmp_path / "s.csv", rows))
    assert [row[1] for row in landed_rows(done.landed[0])] == MINUTES
    assert done.notes == [f"streamers: timestamp is read as {unit}"]


@pytest.mark.parametrize(
    "cells",
    [
        ["2019-01-01T00:00:00Z", "2019-01-01T00:01:00Z"],
        ["2019-01-01 01:00:00+01:00", "2018-12-31T19:01:00.999-0500"],
        ["20190101T000000Z", "2019-01-01T00:01:00.123456789Z"],
        ["2019-01-01T00:00:00Z", str(START + 60)],
    ],
)
def test_times_may_be_iso(tmp_path, cells):
    assert times(tmp_path / "s", cells) == MINUTES


def test_times_without_a_zone_need_one(tmp_path):
    cells = ["2019-01-01 00:00:00", "2019-01-01 00:01:00"]
    assert times(tmp_path / "utc", cells, time_zone="UTC") == MINUTES
    assert times(tmp_path / "berlin", cells, time_zone="Europe/Berlin") == [at - 3600 for at in MINUTES]
    with pytest.raises(BadTable, match="line 2, column timestamp: 2019-01-01 00:00:00 has no time zone; add"):
        times(tmp_path / "none", cells)
    with pytest.raises(
        BadTable, match="when clocks were changed, can be 00:30:00Z or 01:30:00Z; give it in UTC"
    ):
        times(tmp_path / "twice", ["2021-10-31 02:30:00"], time_zone="Europe/Berlin")


@pytest.mark.parametrize("kind", [pa.timestamp("ns"), pa.timestamp("ms", "Europe/Berlin"), pa.string()])
def test_instants_of_a_parquet_file_are_read(tmp_path, kind):
    instants = pa.array([at * 10**9 for at in MINUTES]).cast(pa.timestamp("ns"))
    cells = instants.cast(pa.timestamp("ns", "UTC")).cast(kind) if kind != pa.timestamp("ns") else instants
    table = {"username": ["a", "b"], "timestamp": cells, "game": ["x", "x"], "viewers": [1, 2]}
    pq.write_table(pa.table(table), tmp_path / "s.parquet")
    done = import_into(tmp_path, tmp_path / "s.parquet", time_zone="UTC")
    assert [row[1] for row in landed_rows(done.landed[0])] == MINUTES


@pytest.mark.parametrize("separator", ";\t|")
def test_other_separators_are_detected(tmp_path, separator):
    with (tmp_path / "s.csv").open("w", newline="") as file:
        csv.writer(file, delimiter=separator).writerows([STREAMERS, *ROWS])
    done = import_into(tmp_path, tmp_path / "s.csv")
    assert landed_rows(done.landed[0]) == typed(ROWS)


def test_columns_of_other_names_are_mapped_and_the_mapping_is_part_of_what_was_imported(tmp_path):
    header = ["channel", "timestamp", "game", "viewer_count", "peak", "followers"]
    rows = [[u, t, g, v, "9", f] for u, t, g, v, f in ROWS]
    path = write_csv(tmp_path / "s.csv", rows, header)
    names = {"username": "channel", "viewers": "viewer_count"}
    done = import_into(tmp_path, path, names=names)
    assert landed_rows(done.landed[0]) == typed(ROWS)
    assert import_into(tmp_path, path, names=names).already_there == ("streamers",)
    other = import_into(tmp_path, path, names=names | {"viewers": "peak"})
    assert [row[3] for row in landed_rows(other.landed[0])] == [9, 9, 9]
    with pytest.raises(ImportRefused, match="--map viewer=..: no such column of ours; there are username"):
        import_into(tmp_path, path, names={"viewer": "peak"})


@pytest.mark.parametrize("name", ["s.csv", "s.parquet"])
def test_followers_may_be_absent_but_not_under_a_name_that_was_given(tmp_path, name):
    path = write_csv(tmp_path / name, [row[:4] for row in ROWS], STREAMERS[:4])
    if name == "s.parquet":
        columns = [
            [row[0] for row in ROWS],
            [START, START + 1, START + 60],
            [row[2] for row in ROWS],
            [100, 10, 101],
        ]
        pq.write_table(pa.table(columns, STREAMERS[:4]), path)
    done = import_into(tmp_path, path)
    assert landed_rows(done.landed[0]) == typed([[*row[:4], ""] for row in ROWS])
    with pytest.raises(BadTable, match="columns are missing: subs"):
        import_into(tmp_path, path, names={"followers": "subs"})


def test_a_blank_game_and_game_0_are_no_category(tmp_path):
    rows = [[f"s{number}", str(START), game, "1", ""] for number, game in enumerate(["", " ", "0", "00"])]
    done = import_into(tmp_path, write_csv(tmp_path / "s.csv", rows))
    assert [row[2] for row in landed_rows(done.landed[0])] == ["(no category)"] * 3 + ["00"]


def test_blank_facts_of_a_game_are_unknown(tmp_path):
    rows = [["Duel", "", "", ""], ["Farm", "2014", "(unknown)", "FPS"]]
    done = import_into(tmp_path, games=write_csv(tmp_path / "g.csv", rows, GAMES))
    assert [list(row.values()) for row in pq.read_table(done.landed[0]).to_pylist()] == [
        ["Duel", None, None, None],
        ["Farm", date(2014, 1, 1), None, "FPS"],
    ]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2014", date(2014, 1, 1)),
        ("2014.0", date(2014, 1, 1)),
        ("2014-03", date(2014, 3, 1)),
        ("20140105", date(2014, 1, 5)),
        ("2014-01-05T23:30:00+02:00", date(2014, 1, 5)),
        ("2014-01-05 00:00:00", date(2014, 1, 5)),
        ("1388880000", date(2014, 1, 5)),
        ("1388880000000", date(2014, 1, 5)),
        ("20149905", date(1970, 8, 22)),
        ("0", date(1970, 1, 1)),
    ],
)
def test_a_release_date_is_read_as_what_it_is(tmp_path, cell, day):
    done = import_into(tmp_path, games=write_csv(tmp_path / "g.csv", [["Duel", cell, "A", "B"]], GAMES))
    assert pq.read_table(done.landed[0])["release_date"].to_pylist() == [day]


def test_decimals_are_whole_numbers_where_no_thousand_can_be_meant(tmp_path):
    rows = [["ana", str(START), "Duel", cell, ""] for cell in ("1.000", "1234.000", "12.0")]
    done = import_into(tmp_path, write_csv(tmp_path / "s.csv", rows))
    assert [row[3] for row in landed_rows(done.landed[0])] == [1, 1234, 12]
    with pytest.raises(BadTable, match="line 2, column viewers: '1.000' can be a thousand or one"):
        import_into(tmp_path, write_csv(tmp_path / "t.csv", [*rows, ["bo", str(START), "Duel", "5", ""]]))


def test_bad_rows_are_left_out_listed_and_counted_when_that_is_asked_for(tmp_path):
    rows = [*ROWS, ["cy", "x", "Duel", "5", ""], ["cy", str(START), "Du,el", "-1", "7"], ["cy", "1"], ROWS[0]]
    path = write_csv(tmp_path / "s.csv", rows)
    done = import_into(tmp_path / "landing", path, skip_bad_rows=True)
    assert landed_rows(done.landed[0]) == typed([*ROWS, ROWS[0]])
    [listed] = (tmp_path / "skipped").iterdir()
    assert listed.stem == done.landed[0].stem
    assert done.notes == [f"streamers: 3 bad rows left out, listed in {listed}"]
    assert list(csv.reader(listed.read_text().splitlines())) == [
        ["place", "reason", "row"],
        ["s.csv, line 5, column timestamp", "'x' is not a whole number", "cy,x,Duel,5,"],
        ["s.csv, line 6, column viewers", "'-1' is negative", f'cy,{START},"Du,el",-1,7'],
        [
            "s.csv, line 7",
            "2 fields here, the header has 5; check the line's separators and quotation marks",
            "cy,1",
        ],
    ]
    again = import_into(tmp_path / "landing", path, skip_bad_rows=True)
    assert (again.landed, again.notes) == ((), ["streamers: 3 bad rows left out"])


def test_a_file_of_bad_rows_alone_is_refused_and_leaves_nothing(tmp_path):
    path = write_csv(tmp_path / "s.csv", [["ana", "x", "Duel", "1", ""]])
    with pytest.raises(
        BadTable, match="not one row is good; the first fault: s.csv, line 2, column timestamp"
    ):
        import_into(tmp_path / "landing", path, skip_bad_rows=True)
    assert list((tmp_path / "skipped").iterdir()) == []


@in_cases
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("blank_release_date_games", "games"),
        ("no_followers_column", "streamers"),
        ("no_category", "streamers"),
        ("not_a_game", "streamers"),
        ("iso_times", "streamers"),
        ("year", "games"),
        ("compact", "games"),
    ],
)
def test_small_inputs_of_others_are_accepted(tmp_path, name, kind):
    import_into(tmp_path / "landing", **{kind: CASES / f"{name}.csv"})


@in_cases
@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [
        ("all_genre_games.csv", "games", "line 2, column genre: (all) stands for all together"),
        ("rows.json", "streamers", "rows.json: this is JSON, not CSV"),
        ("negative_viewers.csv", "streamers", "line 2, column viewers: '-1' is negative"),
        ("dots.csv", "streamers", "line 2, column viewers: '1.000' can be a thousand or one"),
    ],
)
def test_small_inputs_of_others_are_refused_in_one_sentence(tmp_path, name, kind, sentence):
    with pytest.raises(BadTable) as refused:
        import_into(tmp_path / "landing", **{kind: CASES / name})
    assert sentence in str(refused.value)


def test_the_command_takes_names_a_zone_and_bad_rows(tmp_path):
    header = ["channel", *STREAMERS[1:]]
    rows = [["ana", "2019-01-01 00:00:00", "Duel", "1", ""], ["ana", "later", "Duel", "1", ""]]
    write_csv(tmp_path / "it's.csv", rows, header)
    command = ["import", "--streamers", "it's.csv", "--map", "username=channel"]
    done = ingestion(tmp_path / "home", *command, "--time-zone", "UTC", "--skip-bad-rows")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(
        f"streamers: 1 rows\nstreamers: 1 bad rows left out, listed in {tmp_path}/home/skipped/"
    )
