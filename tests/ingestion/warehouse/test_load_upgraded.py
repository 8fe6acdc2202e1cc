"""A warehouse that an older airtime loaded gets the columns that have come since."""

from dataclasses import replace

from ingestion.warehouse import load as load_module
from ingestion.warehouse.landed_tables import CRAWLS, LANDED_TABLES
from ingestion.warehouse.load import Loaded, load
from tests.ingestion.landed_crawls import START, land_streams, minutes, rows_of, settings_in, staged, stream


def test_a_warehouse_of_before_gets_new_columns_though_nothing_has_landed_since(tmp_path, monkeypatch):
    settings = settings_in(tmp_path)
    land_streams(settings, START, [stream(1)])
    older = {name: kind for name, kind in CRAWLS.columns.items() if name != "found_by_id"}
    with monkeypatch.context() as patched:
        tables = [replace(one, columns=older) if one == CRAWLS else one for one in LANDED_TABLES]
        patched.setattr(load_module, "LANDED_TABLES", tables)
        load(settings)
    assert load(settings) == Loaded(0, 0)
    land_streams(settings, minutes(5), [stream(1)])
    load(settings)
    crawls = rows_of(settings, "select found_by_id from raw.crawls order by observed_at")
    assert [row["found_by_id"] for row in crawls] == [None, 0]
    assert [row["found_count"] for row in staged(settings, "stg_airtime__crawls")] == [None, 0]
