"""What a build finds that an older airtime has loaded, or nobody yet."""

import hashlib

import duckdb
import yaml

from ingestion.settings import Settings
from ingestion.warehouse.built import BUILT_DAYS
from ingestion.warehouse.landed_tables import LANDED_TABLES
from ingestion.warehouse.reference_tables import TABLES
from tests.dbt_project.making.warehouses import DBT_PROJECT, build, mart_fingerprints, run_dbt


def test_columns_and_tables_that_came_later_are_added_to_what_an_older_version_loaded(home):
    before = mart_fingerprints(home)
    tables = yaml.safe_load((DBT_PROJECT / "models/staging/sources.yml").read_text())["sources"]
    later = [
        (table["name"], c["name"])
        for one in tables
        for table in one["tables"]
        for c in table.get("columns", [])
    ]
    assert len(later) >= 2
    with duckdb.connect(home.warehouse) as connection:
        names = "select table_name, column_name from duckdb_columns() where schema_name = 'raw'"
        kept = {
            table for table, column in connection.execute(names).fetchall() if (table, column) not in later
        }
        for table, column in later:
            dropped = f"alter table raw.{table} drop column {column}" if table in kept else ""
            connection.execute(f"{dropped or f'drop table if exists raw.{table}'} cascade")
    build(home, "run")
    assert mart_fingerprints(home).keys() == before.keys()
    # every other column was there when the ledger's number last rose: what comes belongs into sources.yml
    read = {table["name"] for one in tables for table in one["tables"]}
    columns = {(one.name, column) for one in (*LANDED_TABLES, *TABLES) for column in one.schema.names}
    first = "/".join(sorted(f"{table}.{column}" for table, column in columns - set(later) if table in read))
    assert (BUILT_DAYS, hashlib.md5(first.encode()).hexdigest()[:12]) == ("built_days_4", "9d1a2ee26dc6")


def test_a_build_before_any_load_says_so_in_a_sentence(tmp_path):
    settings = Settings(AIRTIME_HOME=tmp_path)
    assert run_dbt(settings, ["run"]) == 1
    said = " ".join((tmp_path / "dbt.txt").read_text().split())
    assert f"nothing has been loaded into {settings.warehouse}: load first (make run, make import)" in said
    assert "Catalog Error" not in said
