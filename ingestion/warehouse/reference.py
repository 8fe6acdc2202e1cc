"""The tables of raw for what can be fetched or read again: merged by key through dlt, or replaced as a whole.

A row of an id that the platform does not know is kept with nulls, so that it is not asked for again
at every run.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import dlt
import duckdb
import pyarrow as pa

from ingestion.arrow import arrow_schema
from ingestion.client import igdb, igdb_links, twitch
from ingestion.client.asking import COST_SCHEMA
from ingestion.client.videos import LOOKS_SCHEMA, VIDEOS_SCHEMA
from ingestion.landing.rejects import ANSWERS_SCHEMA
from ingestion.settings import Settings
from ingestion.warehouse.file import SCHEMA_CONTRACT, pipeline, raw_tables, writing
from ingestion.warehouse.retention import PRUNED

OVERRIDES_SCHEMA = arrow_schema(
    platform=pa.string(),
    game_id=pa.string(),
    publisher=pa.string(),
    genre=pa.string(),
)


@dataclass(frozen=True)
class ReferenceTable:
    """A raw table of facts about ids: its columns, its key and how rows get into it."""

    name: str
    schema: pa.Schema
    key: list[str]
    disposition: Literal["merge", "replace"] = "merge"


TABLES = (
    ReferenceTable("users", twitch.USERS_SCHEMA, ["platform", "id"]),
    ReferenceTable("games", twitch.GAMES_SCHEMA, ["platform", "id"]),
    ReferenceTable("igdb_games", igdb.IGDB_GAMES_SCHEMA, ["id"]),
    ReferenceTable("igdb_links", igdb_links.LINKS_SCHEMA, ["platform", "game_id"]),
    ReferenceTable("videos", VIDEOS_SCHEMA, ["platform", "id"]),
    ReferenceTable("video_looks", LOOKS_SCHEMA, ["platform", "stream_id"]),
    ReferenceTable("rejected_answers", ANSWERS_SCHEMA, ["platform", "step", "row_json"]),
    ReferenceTable("enrichments", COST_SCHEMA, ["platform", "step", "begun_at"]),
    ReferenceTable("game_overrides", OVERRIDES_SCHEMA, ["platform", "game_id"], "replace"),
)

NOT_GAMES = f"""
    create or replace table raw.not_games as
    select '{twitch.PLATFORM}' as platform, id as game_id, name
    from read_csv($file, header = true, all_varchar = true)
"""


def create_tables(settings: Settings, warehouse: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing of the reference tables and of retention's cut-offs, without rows.

    The list of categories that are no games is written anew: it comes with the program.
    """
    if missing := missing_tables(warehouse):
        _run(settings, warehouse, missing)
    warehouse.execute(PRUNED)
    warehouse.execute(NOT_GAMES, {"file": str(Path(__file__).with_name("not_games.csv"))})


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
        _run(settings, warehouse, tables)


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
