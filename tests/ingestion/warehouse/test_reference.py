"""Reference rows in raw: one per key, the newest wins, and merging again changes nothing."""

from datetime import timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from dlt.destinations import duckdb as duckdb_destination

from ingestion.client.igdb import IGDB_GAMES_SCHEMA
from ingestion.client.twitch import GAMES_SCHEMA, USERS_SCHEMA
from ingestion.warehouse.errors import WarehouseFailed
from ingestion.warehouse.file import raw_tables, writing
from ingestion.warehouse.load import load
from ingestion.warehouse.reference import create_tables, write_reference
from ingestion.warehouse.reference_tables import TABLES
from tests.ingestion.landed_crawls import START, land_streams, rows_of, settings_in, staged, stream


@pytest.fixture
def settings(tmp_path):
    return settings_in(tmp_path)


def users(*ids: str, **fields: Any) -> pa.Table:
    common = {"platform": "twitch", "fetched_at": START, "created_at": START - timedelta(days=900)}
    rows = [
        common | {"id": one, "login": f"login{one}", "display_name": f"Name{one}"} | fields for one in ids
    ]
    return pa.Table.from_pylist(rows, schema=USERS_SCHEMA)


def igdb_games(*ids: str) -> pa.Table:
    rows = [
        {"id": one, "name": f"Game {one}", "genres": ["Shooter"], "publishers": [], "fetched_at": START}
        for one in ids
    ]
    return pa.Table.from_pylist(rows, schema=IGDB_GAMES_SCHEMA)


def raw(settings, table: str) -> list[dict]:
    return rows_of(settings, f"select * exclude (_dlt_load_id) from raw.{table} order by all")


def test_merging_the_same_rows_again_changes_nothing(settings):
    tables = {"users": users("1", "2"), "igdb_games": igdb_games("7", "8")}
    write_reference(settings, tables)
    before = raw(settings, "users"), raw(settings, "igdb_games")
    assert [len(rows) for rows in before] == [2, 2]
    write_reference(settings, tables)
    assert (raw(settings, "users"), raw(settings, "igdb_games")) == before


def test_a_merge_works_out_once_what_duckdb_is_capable_of(settings, monkeypatch):
    write_reference(settings, {"users": users("1")})
    work_out, asked = duckdb_destination.capabilities, []

    def counted(destination, config=None, naming=None):
        asked.append(config)
        return work_out(destination, config, naming)

    monkeypatch.setattr(duckdb_destination, "capabilities", counted)
    write_reference(settings, {"users": users("1", "2")})
    assert asked.count(None) == 1 < len(asked)


def test_a_variable_meant_for_another_program_that_uses_dlt_changes_nothing(settings, monkeypatch):
    monkeypatch.setenv("SCHEMA__NAMING", "no_such_convention")
    write_reference(settings, {"users": users("1")})
    assert len(raw(settings, "users")) == 1


def test_rows_arrive_with_their_times_and_nulls(settings):
    write_reference(settings, {"users": users("1", broadcaster_type=None)})
    [row] = raw(settings, "users")
    assert {name: row[name] for name in USERS_SCHEMA.names} == users("1").to_pylist()[0]


def test_a_newer_row_takes_the_place_of_the_older_and_leaves_the_others(settings):
    write_reference(settings, {"users": users("1", "2")})
    write_reference(settings, {"users": users("2", "3", login="renamed")})
    logins = {row["id"]: row["login"] for row in raw(settings, "users")}
    assert logins == {"1": "login1", "2": "renamed", "3": "renamed"}


def test_a_row_given_twice_in_one_merge_is_there_once(settings):
    write_reference(settings, {"users": users("1", "1")})
    assert len(raw(settings, "users")) == 1


def test_the_same_id_on_two_platforms_is_two_rows(settings):
    write_reference(settings, {"users": users("1")})
    write_reference(settings, {"users": users("1", platform="other", login="another")})
    found = {row["platform"]: row["login"] for row in raw(settings, "users")}
    assert found == {"twitch": "login1", "other": "another"}


def test_an_unknown_id_is_kept_in_raw_and_is_no_streamer(settings):
    write_reference(settings, {"users": users("1")})
    write_reference(settings, {"users": users("2", login=None, display_name=None)})
    assert [row["id"] for row in raw(settings, "users")] == ["1", "2"]
    assert [row["streamer_id"] for row in staged(settings, "stg_twitch__users")] == ["1"]


def test_a_load_makes_every_reference_table_with_its_columns_in_one_run_of_dlt(settings):
    load(settings)
    assert len(rows_of(settings, "select * from raw._dlt_loads")) == 1
    for table in TABLES:
        columns = rows_of(settings, f"select column_name from (describe raw.{table.name})")
        assert set(table.schema.names) <= {row["column_name"] for row in columns}
        assert raw(settings, table.name) == []


def test_making_the_tables_again_leaves_what_is_in_them(settings):
    write_reference(settings, {"users": users("1")})
    with writing(settings) as warehouse:
        create_tables(settings, warehouse)
        assert {table.name for table in TABLES} <= raw_tables(warehouse)
    assert len(raw(settings, "users")) == 1


def test_merges_and_loads_take_turns_without_losing_rows(settings):
    write_reference(settings, {"users": users("1")})
    land_streams(settings, START, [stream(1)])
    load(settings)
    write_reference(settings, {"users": users("2")})
    assert len(raw(settings, "users")) == 2
    assert [row["stream_id"] for row in staged(settings, "stg_twitch__observations")] == ["s1"]


def test_what_a_merge_left_unfinished_is_merged_again(settings):
    write_reference(settings, {"users": users("1")})
    write_reference(settings, {"users": users("2"), "games": GAMES_SCHEMA.empty_table()})
    with duckdb.connect(settings.warehouse) as connection:
        connection.execute(
            "delete from raw._dlt_loads where load_id in (select max(load_id) from raw._dlt_loads)"
        )
    (settings.root / "load.pid").write_text("a process that was killed")
    load(settings)
    assert [row["id"] for row in raw(settings, "users")] == ["1"]
    write_reference(settings, {"users": users("2")})
    assert [row["id"] for row in raw(settings, "users")] == ["1", "2"]


def test_a_column_of_another_type_is_refused_and_changes_nothing(settings):
    write_reference(settings, {"users": users("1")})
    odd = users("2").set_column(USERS_SCHEMA.get_field_index("login"), "login", pa.array([5]))
    with pytest.raises(WarehouseFailed):
        write_reference(settings, {"users": odd})
    write_reference(settings, {"users": users("3")})
    assert [row["id"] for row in raw(settings, "users")] == ["1", "3"]
