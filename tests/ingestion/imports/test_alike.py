"""Names that are probably one are listed, and never merged."""

import pytest

from ingestion.imports.alike import alike_warnings
from tests.ingestion.imports.tables.made_files import GAMES, START, import_into, landed_rows, write_csv


@pytest.mark.parametrize(
    "other",
    [
        "POKÉMON",
        "Ｐｏｋéｍｏｎ",
        "Pokémon".encode().decode("cp1252"),
        "Pokémon".encode().decode("latin-1"),
        "Pokémon".encode().decode("cp1252").encode().decode("cp1252"),
    ],
)
def test_names_that_differ_in_case_form_or_by_a_broken_encoding_are_listed(other):
    [warning] = alike_warnings("games", ["Duel", other, "Pokémon"])
    assert warning.startswith("1 games have several spellings, which stay apart: ")
    assert repr(other) in warning and "'Pokémon'" in warning and "Duel" not in warning


@pytest.mark.parametrize(
    "names", [["Straße", "Strase"], ["Café", "Cafe"], ["ana", "ana2"], ["Äther", "Ather"]]
)
def test_names_that_differ_in_more_are_not(names):
    assert alike_warnings("games", names) == []


def test_a_letter_that_an_export_lost_is_named():
    [warning] = alike_warnings("games", ["Pok\ufffdmon"])
    assert warning == "1 games have letters that an export lost: 'Pok\ufffdmon'; export them as UTF-8"


def test_a_long_list_is_cut():
    names = [f"game {number}" for number in range(9)]
    [warning] = alike_warnings("games", [*names, *map(str.upper, names)])
    assert warning.startswith("9 games have") and "and 4 more; write each in one way" in warning


def test_an_import_trims_names_and_lists_those_of_both_tables_that_are_alike(tmp_path):
    names = [" Ana ", "ana", "Cafe\u0301", "Caf\u00e9", "bo"]
    rows = [[name, str(START), "Pokémon" if name == "bo" else " Duel", "1", ""] for name in names]
    games = write_csv(tmp_path / "g.csv", [["duel", "2014", "A", "B"], ["pokémon ", "2014", "A", "B"]], GAMES)
    done = import_into(tmp_path, write_csv(tmp_path / "s.csv", rows), games)
    assert [row[0] for row in landed_rows(done.landed[0])] == ["Ana", "ana", "Café", "Café", "bo"]
    assert done.warnings == [
        "1 usernames have several spellings, which stay apart: 'Ana' and 'ana'; write each in one way",
        "2 games have several spellings, which stay apart: 'Duel' and 'duel', 'Pokémon' and 'pokémon'; "
        "write each in one way",
    ]
