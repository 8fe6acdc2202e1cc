"""Tables and views are replaced whole, described, and under their contracts, whatever was there before."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import psutil
import pytest

from ingestion.settings import Settings
from tests.dbt_project.making.warehouses import (
    DBT_PROJECT,
    build,
    mart_fingerprints,
    run_dbt,
    worker,
)

COMMENTS = """
    select table_name, comment from duckdb_tables() where schema_name = 'marts'
    union all select view_name, comment from duckdb_views() where schema_name = 'marts'
    union all
    select concat_ws('.', table_name, column_name), comment from duckdb_columns() where schema_name = 'marts'
"""
FOUND = "select table_schema, table_name, table_type from information_schema.tables order by all"
MANY_ROWS = 10**8
SOON, GROWN = 300, 2**20


def rows(settings: Settings, query: str) -> list[tuple]:
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        return connection.execute(query).fetchall()


def wrapped(name: str, before: str, after: str) -> dict[str, str]:
    """Return a model with its SQL as a part of another query."""
    (path,) = DBT_PROJECT.glob(f"models/**/{name}.sql")
    return {f"model.airtime.{name}": f"{before} ({path.read_text()}) as rows {after}"}


def said(settings: Settings) -> str:
    return (settings.root / "dbt.txt").read_text()


def test_every_mart_and_each_of_its_columns_is_described_in_the_warehouse(home, parsed):
    build(home, "run")  # a second time
    marts = [node for node in parsed("duckdb")["nodes"].values() if node["fqn"][1] == "marts"]
    marts = [node for node in marts if node["resource_type"] == "model"]
    described = {node["name"]: node["description"] for node in marts}
    for node in marts:
        described |= {f"{node['name']}.{key}": one["description"] for key, one in node["columns"].items()}
    assert len(described) > 200
    assert dict(rows(home, COMMENTS)) == described


def test_a_table_takes_the_place_of_a_view_and_a_view_that_of_a_table(home):
    found, marts = rows(home, FOUND), mart_fingerprints(home)
    with duckdb.connect(home.warehouse) as connection:
        for table in ("marts.crawls", "intermediate.int_crawls", "intermediate.int_crawl_totals"):
            connection.execute(f"drop table {table}; create view {table} as select 1 as other")
        for view in ("marts.sessions", "staging.stg_airtime__crawls"):
            connection.execute(f"drop view {view}; create table {view} as select 1 as other")
    build(home, "run", "--full-refresh")
    assert rows(home, FOUND) == found
    assert mart_fingerprints(home) == marts


@pytest.mark.parametrize("relation", ["marts.streamer_activity", "intermediate.int_streamer_days"])
def test_a_build_that_is_killed_amid_a_table_leaves_the_old_one_whole(home, relation):
    whole, name = f"from {relation} order by all", relation.split(".")[1]
    marts, before = mart_fingerprints(home), rows(home, whole)
    slow = wrapped(name, "select rows.* from", f"cross join range({MANY_ROWS})")
    size = home.warehouse.stat().st_size
    process = psutil.Process(worker().pid)
    known = set(process.children())
    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(run_dbt, home, ["run", "--select", "int_days", name], slow)
        give_up = time.monotonic() + SOON
        while home.warehouse.stat().st_size < size + GROWN and time.monotonic() < give_up:
            time.sleep(0.01)
        (running,) = set(process.children()) - known
        running.kill()
        assert ending.result() == -9
    assert home.warehouse.stat().st_size >= size + GROWN
    assert rows(home, whole) == before != []
    assert mart_fingerprints(home) == marts
    build(home, "run")
    assert mart_fingerprints(home) == marts


@pytest.mark.parametrize(
    ("mart", "columns", "reason"),
    [
        ("crawls", "rows.*, 1 as more", "missing in contract"),
        ("crawls", "rows.* exclude (platform)", "missing in definition"),
        ("crawls", "rows.* replace (1 as platform)", "data type mismatch"),
        ("sessions", "rows.* replace (1 as platform)", "data type mismatch"),
    ],
)
def test_a_mart_that_breaks_its_contract_is_refused_and_the_old_one_stays(home, mart, columns, reason):
    marts = mart_fingerprints(home)
    broken = wrapped(mart, f"select {columns} from", "")
    assert run_dbt(home, ["run", "--select", mart], edited=broken) == 1
    assert "This model has an enforced contract that failed." in said(home)
    assert reason in said(home)
    assert mart_fingerprints(home) == marts


def test_the_columns_of_a_mart_are_in_the_order_of_its_contract(home):
    query = "select column_name from (describe marts.crawls)"
    names = rows(home, query)
    turned = wrapped("crawls", "select rows.* exclude (platform), platform from", "")
    assert run_dbt(home, ["run", "--select", "crawls"], edited=turned) == 0
    assert rows(home, query) == names


@pytest.mark.parametrize(
    ("columns", "differing"),
    [
        ("rows.*, 1 as more", "more"),
        ("rows.* exclude (peak_viewers)", "peak_viewers"),
        ("rows.* replace ('1' as peak_viewers)", "peak_viewers"),
    ],
)
def test_other_columns_of_an_incremental_model_are_refused_in_a_sentence(home, columns, differing):
    before = rows(home, "from intermediate.int_stretches")
    other = wrapped("int_stretches", f"select {columns} from", "")
    assert run_dbt(home, ["run"], edited=other) == 1
    reason = f'"int_stretches" are not its query\'s any more ({differing}): give the ledger in'
    assert reason in said(home)
    assert rows(home, "from intermediate.int_stretches") == before


def test_what_a_model_is_made_of_is_one_statement_that_begins_and_commits(home):
    build(home, "run")
    (written,) = Path(home.root / "target" / "run").rglob("rank_games.sql")
    assert written.read_text().strip().startswith("begin;")
    assert written.read_text().strip().endswith("commit;")
