"""Tests of `overrides.csv`: raw holds what it says, faults are one sentence, its absence deletes nothing."""

from pathlib import Path

import pytest

from ingestion.enrich.enrichment import replace_overrides
from ingestion.imports.errors import BadTable
from ingestion.imports.overrides import read_overrides
from ingestion.settings import Settings
from tests.ingestion.landed_crawls import rows_of, settings_in


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_in(tmp_path / "home")
    settings.root.mkdir()
    return settings


def held(settings: Settings) -> list[tuple]:
    rows = rows_of(settings, "select game_id, publisher, genre from raw.game_overrides order by all")
    return [tuple(row.values()) for row in rows]


def write(settings: Settings, *lines: str) -> None:
    settings.overrides.write_text("\n".join(["game_id,publisher,genre", *lines]) + "\n")


def test_raw_holds_what_the_file_says_and_nothing_else(settings):
    write(settings, "10,Apex Co,FPS", "10,Soil Inc,", "20,,Chess", "10,Apex Co,FPS")
    assert replace_overrides(settings) == 3
    expected = [("10", "Apex Co", "FPS"), ("10", "Soil Inc", None), ("20", None, "Chess")]
    assert held(settings) == expected
    assert replace_overrides(settings) == 3
    assert held(settings) == expected
    write(settings, "20,Own Co,Go")
    replace_overrides(settings)
    assert held(settings) == [("20", "Own Co", "Go")]


def test_a_header_alone_takes_all_overrides_back(settings):
    write(settings, "10,Apex Co,FPS")
    replace_overrides(settings)
    write(settings)
    assert replace_overrides(settings) == 0
    assert held(settings) == []


def test_a_file_that_vanished_deletes_nothing(settings):
    write(settings, "10,Apex Co,FPS")
    replace_overrides(settings)
    settings.overrides.unlink()
    assert replace_overrides(settings) is None
    assert held(settings) == [("10", "Apex Co", "FPS")]


def test_without_a_file_the_table_is_there_and_empty(settings):
    assert replace_overrides(settings) is None
    assert held(settings) == []


def test_a_row_is_of_the_platform_it_names_else_of_twitch(settings):
    (settings.root / "platforms").mkdir()
    (settings.root / "platforms" / "marmot.yml").touch()
    settings.overrides.write_text(
        "platform,game_id,publisher,genre\nKick,10,Apex Co,\n,10,Soil Inc,\n marmot ,10,Own Co,Chess\n"
        "twitch,10,Soil Inc,\n"
    )
    assert replace_overrides(settings) == 3
    query = "select platform, game_id, publisher, genre from raw.game_overrides order by all"
    assert [tuple(row.values()) for row in rows_of(settings, query)] == [
        ("kick", "10", "Apex Co", None),
        ("marmot", "10", "Own Co", "Chess"),
        ("twitch", "10", "Soil Inc", None),
    ]


def test_columns_may_stand_in_any_order_beside_others(settings):
    settings.overrides.write_text("note,genre,game_id,publisher\nmine,Go,007,\n")
    assert read_overrides(settings.overrides, "twitch").to_pylist() == [
        {"platform": "twitch", "game_id": "007", "publisher": None, "genre": "Go"}
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "overrides.csv: the file is empty; a header and rows are needed"),
        (
            "game_id,publisher\n",
            "overrides.csv, line 1: these columns are missing: genre; those found are game_id, publisher;",
        ),
        (
            "game,publisher,genre\n1,2,3\n",
            "these columns are missing: game_id (is it 'game'?); those found are",
        ),
        ("game_id,publisher,genre\n1,x,(all)\n", "overrides.csv, line 2, column genre: (all) stands for"),
        ("game_id,publisher,genre\n1,(all),\n", "overrides.csv, line 2, column publisher: (all) stands for"),
        ('[{"game_id": 1}]', "overrides.csv: this is JSON, not CSV; write it as CSV"),
        ("game_id,publisher,genre\n1,x\n", "overrides.csv, line 2: 2 fields here, the header has 3"),
        ("game_id,publisher,genre\n1,x,y\n,x,y\n", "overrides.csv, line 3, column game_id: it is blank"),
        (
            "game_id,publisher,genre\n1, ,\n",
            "game 1 has a row with neither publisher nor genre",
        ),
        (
            "game_id,publisher,genre,platform\n1,x,y,\n2,x,y,kik\n",
            "overrides.csv, line 3, column platform: there is no platform 'kik'; did you mean kick?",
        ),
        (
            "game_id,publisher,genre,platform\n1,x,y,history\n",
            "column platform: there is no platform 'history'; it can be chzzk, kick, soop, trovo, twitch",
        ),
        ('game_id,publisher,genre\n1,"x,y\n', "line 2: a quotation mark opened here is never closed"),
    ],
)
def test_a_fault_is_one_sentence_and_raw_holds_what_it_held(content, sentence, settings):
    write(settings, "10,Apex Co,FPS")
    replace_overrides(settings)
    settings.overrides.write_text(content)
    with pytest.raises(BadTable) as refused:
        replace_overrides(settings)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert held(settings) == [("10", "Apex Co", "FPS")]


def test_semicolons_separate_as_well_as_commas(settings):
    settings.overrides.write_text("game_id;publisher;genre\n7;Apex Co, Ltd;\n")
    [row] = read_overrides(settings.overrides, "twitch").to_pylist()
    assert (row["game_id"], row["publisher"], row["genre"]) == ("7", "Apex Co, Ltd", None)


def test_text_that_is_not_utf8_is_named_with_its_line(settings):
    settings.overrides.write_bytes(b"game_id,publisher,genre\n1,K\xf6nig,x\n")
    with pytest.raises(BadTable, match="line 2: this is not UTF-8 text"):
        replace_overrides(settings)
