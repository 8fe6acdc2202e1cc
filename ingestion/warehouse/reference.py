"""The tables of raw for what can be fetched or read again: merged by key through dlt, or replaced as a whole.

A row of an id that the platform does not know is kept with nulls, so that it is not asked for again
at every run.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pyarrow as pa

from ingestion.client import twitch
from ingestion.settings import Settings
from ingestion.warehouse.file import SCHEMA_CONTRACT, pipeline, raw_tables, writing
from ingestion.warehouse.lake import lake_of
from ingestion.warehouse.reference_tables import TABLES
from ingestion.warehouse.retention import PRUNED

NOT_GAMES = f"""
    select '{twitch.PLATFORM}' as platform, id as game_id, name
    from read_csv($file, header = true, all_varchar = true)
"""


def create_tables(settings: Settings, warehouse: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing of the reference tables and of retention's cut-offs, without rows.

    The list of categories that are no games is written anew: it comes with the program.
    """
    not_games = {"file": str(Path(__file__).with_name("not_games.csv"))}
    if settings.engine == "spark":
        lake_of(settings).replace(warehouse, "not_games", NOT_GAMES, not_games)
        return
    if missing := missing_tables(warehouse):
        _run(settings, warehouse, missing)
    warehouse.execute(PRUNED)
    warehouse.execute(f"create or replace table raw.not_games as {NOT_GAMES}", not_games)


def missing_tables(warehouse: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """Return what raw lacks of the reference tables, without rows."""
    there = raw_tables(warehouse)
    return {table.name: table.schema.empty_table() for table in TABLES if table.name not in there}


def write_reference(settings: Settings, tables: Mapping[str, pa.Table]) -> None:
    """Put rows into raw by table: merged by key, or in the place of all rows where the table says so.

    The same rows again change nothing.

    Raises:
        WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.load.load`.
    """
    with writing(settings) as warehouse:
        create_tables(settings, warehouse)
        if settings.engine == "spark":
            _merge_into_lake(settings, warehouse, tables)
        else:
            _run(settings, warehouse, tables)


def _merge_into_lake(
    settings: Settings, warehouse: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]
) -> None:
    for table in TABLES:
        if table.name in tables:
            warehouse.register("rows_to_merge", tables[table.name])
            query, keys = "from rows_to_merge", ", ".join(table.key)
            if table.disposition == "merge":
                query += f" union all by name from raw.{table.name} anti join rows_to_merge using ({keys})"
            lake_of(settings).replace(warehouse, table.name, query)


def _run(settings: Settings, warehouse: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> None:
    line = pipeline(settings, warehouse, "reference")
    line.run(dlt.source(resources, name="reference")(tables), schema_contract=SCHEMA_CONTRACT)


def resources(tables: Mapping[str, pa.Table]) -> Iterator[Any]:
    """Yield what dlt puts into the reference tables."""
    for table in TABLES:
        if table.name in tables:
            times = [field.name for field in table.schema if pa.types.is_timestamp(field.type)]
            resource = dlt.resource(
                [tables[table.name]],
                name=table.name,
                write_disposition=table.disposition,
                columns={name: {"data_type": "timestamp", "timezone": False} for name in times},
            )
            if table.disposition == "merge":
                resource.apply_hints(primary_key=table.key)
            yield resource
