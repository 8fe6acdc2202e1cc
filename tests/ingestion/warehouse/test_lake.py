"""Raw as Parquet files holds what raw in DuckDB holds, whatever happens to a load."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from ingestion.backup.restoring import restore
from ingestion.backup.taking import back_up
from ingestion.client.twitch import GAMES_SCHEMA
from ingestion.settings import Settings
from ingestion.warehouse.lake import FILES_PER_DAY, lake_of
from ingestion.warehouse.load import load
from ingestion.warehouse.reference import write_reference
from ingestion.warehouse.withdraw import withdraw
from tests.ingestion.landed_crawls import land_streams, minutes, rows_of, settings_in, stream

Homes = tuple[Settings, Settings]
TABLES = ("landed_files", "crawls", "observations", "stream_details", "games", "not_games")
NOW = minutes(60)


@pytest.fixture
def homes(tmp_path: Path) -> Homes:
    """Return a home for each engine with three crawls, the last of them on the next day, loaded."""
    found = settings_in(tmp_path / "duckdb"), settings_in(tmp_path / "spark", AIRTIME_ENGINE="spark")
    for settings in found:
        land_streams(settings, minutes(0), [stream(1), stream(2, tags=None, title='it\'s "one"')])
        land_streams(settings, minutes(5), [stream(1, title="new"), stream(3, tags=[])])
        land_streams(settings, minutes(900), [stream(1), stream(3, game_id="")])
        load(settings)
    return found


def of_both(homes: Homes, act: Callable[[Settings], object]) -> list[object]:
    return [act(settings) for settings in homes]


def raw(settings: Settings, table: str) -> list[str]:
    """Return a table's rows as text, in order, without what tells one load from another."""
    rows = rows_of(settings, f"select * from raw.{table}")
    told = {"_dlt_load_id", "load_id", "schema_name", "schema_version_hash", "inserted_at", "_dlt_id"}
    return sorted(repr({name: value for name, value in row.items() if name not in told}) for row in rows)


def assert_equal(homes: Homes) -> None:
    for table in TABLES:
        on_duckdb, on_spark = of_both(homes, lambda settings, table=table: raw(settings, table))
        assert on_spark == on_duckdb, table


def test_what_has_landed_is_in_both(homes: Homes):
    assert_equal(homes)
    assert len(raw(homes[1], "observations")) == 6


def test_a_file_is_loaded_once(homes: Homes):
    assert of_both(homes, load)[1].files == 0
    of_both(homes, lambda settings: land_streams(settings, minutes(10), [stream(1)]))
    assert [loaded.files for loaded in of_both(homes, load)] == [1, 1]
    assert_equal(homes)


def test_a_load_that_was_killed_leaves_nothing_twice(homes: Homes):
    of_both(homes, lambda settings: land_streams(settings, minutes(10), [stream(1)]))
    before = {path.name for path in homes[1].raw.rglob("*.parquet")}
    of_both(homes, load)
    newest = max(homes[1].raw.glob("_dlt_loads/*/*.parquet"), key=lambda path: path.stat().st_mtime_ns)
    newest.unlink()  # as if the load had been killed before its last file
    assert load(homes[1]).files == 1
    assert_equal(homes)
    loads = {name.partition("~")[0] for name in before}
    assert len({path.name.partition("~")[0] for path in homes[1].raw.rglob("*~*.parquet")} - loads) == 1


def test_many_small_files_of_a_day_become_one(homes: Homes):
    for number in range(FILES_PER_DAY):
        of_both(homes, lambda settings, at=10 + number: land_streams(settings, minutes(at), [stream(1)]))
        of_both(homes, load)
    assert len(list(homes[1].raw.glob("observations/day=2026-03-01/*"))) <= FILES_PER_DAY
    assert_equal(homes)


@pytest.mark.parametrize("minute", [0, 5, 900])
def test_a_withdrawn_crawl_leaves_both(homes: Homes, minute: int):
    at = minutes(minute).isoformat()
    done = of_both(homes, lambda settings: withdraw(settings, at, "twitch", "a wrong clock", NOW))
    assert [one.rows for one in done] == [2, 2]
    assert_equal(homes)
    assert of_both(homes, load)[1].files == 0


def test_reference_rows_are_merged_by_their_key(homes: Homes):
    for names in ({"1": "Duel", "2": "Quest"}, {"2": "Quest II", "3": None}):
        rows = [{"platform": "twitch", "id": id_, "name": name} for id_, name in names.items()]
        table = pa.Table.from_pylist(rows, schema=GAMES_SCHEMA)
        of_both(homes, lambda settings, table=table: write_reference(settings, {"games": table}))
    assert_equal(homes)
    assert len(raw(homes[1], "games")) == 3


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_a_backup_of_either_engine_brings_what_is_known_of_games_back_to_both(
    tmp_path: Path, homes: Homes, engine: str
):
    rows = [{"platform": "twitch", "id": "1", "name": "Duel"}]
    games = {"games": pa.Table.from_pylist(rows, schema=GAMES_SCHEMA)}
    of_both(homes, lambda settings: write_reference(settings, games))
    backed_up = next(settings for settings in homes if settings.engine == engine)
    back_up(backed_up, tmp_path / "backup", NOW)
    new = settings_in(tmp_path / "a"), settings_in(tmp_path / "b", AIRTIME_ENGINE="spark")
    of_both(new, lambda settings: restore(settings, tmp_path / "backup"))
    of_both(new, load)
    assert_equal(new)
    assert raw(new[1], "games") == raw(homes[0], "games")


def test_tags_are_kept_in_one_unicode_form_which_spark_could_not_make(tmp_path: Path):
    settings = settings_in(tmp_path, AIRTIME_ENGINE="spark")
    land_streams(settings, minutes(0), [stream(1, tags=[unicodedata.normalize("NFD", "Café")])])
    load(settings)
    assert rows_of(settings, "select tags from raw.stream_details") == [{"tags": '["Café"]'}]


def test_every_table_of_raw_can_be_asked_before_anything_is_in_it(tmp_path: Path):
    settings = settings_in(tmp_path, AIRTIME_ENGINE="spark")
    load(settings)
    for table in lake_of(settings).schemas.keys() - {"not_games", "_dlt_loads"}:
        assert raw(settings, table) == [], table
