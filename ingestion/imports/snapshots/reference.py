"""Takes dumps of Get Users and Get Games into raw, beside what the platform itself has been asked for."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.arrow import arrow_schema
from ingestion.client.twitch import GAMES_SCHEMA, USERS_SCHEMA, games_table, users_table
from ingestion.imports.errors import BadTable
from ingestion.imports.snapshots.dumps import read_dump
from ingestion.imports.snapshots.rows import as_answered, check_fields
from ingestion.imports.source import open_source
from ingestion.imports.zones import EPOCH
from ingestion.landing.rejects import Reject
from ingestion.settings import Settings
from ingestion.warehouse.file import read_raw, reading
from ingestion.warehouse.reference import write_reference

NEWER = """
    select id from raw.{table}
    where platform = '{platform}' and fetched_at >= timestamp '{at}'
"""
KINDS: dict[str, tuple[pa.Schema, Callable[..., tuple[pa.Table, list[Reject]]], Sequence[str]]] = {
    "users": (USERS_SCHEMA, users_table, ("id", "login", "display_name")),
    "games": (GAMES_SCHEMA, games_table, ("id", "name")),
}


def read_reference(kind: str, files: Sequence[Path], platform: str) -> pa.Table:
    """Return the dumps' rows, one per id, the last of each; `kind` is users or games.

    When they were fetched is left open for `merge_reference`.

    Raises:
        BadTable: a file is no such dump.
    """
    schema, table_of, needed = KINDS[kind]
    rows: dict[str, dict[str, Any]] = {}
    for path in files:
        for part in read_dump(open_source(path)):
            check_fields(part.rows, part.place, needed)
            rows |= {row["id"]: row for one in part.rows if (row := as_answered(one, part.place)).get("id")}
    if any("igdb_id" in row for row in rows.values()):
        # a blank cell of a table was the platform's "", which says that there is none
        rows = {one: {"igdb_id": ""} | row for one, row in rows.items()}
    if not rows:
        return schema.empty_table()
    table, rejects = table_of(list(rows.values()), EPOCH, platform)
    if rejects:
        named = ", ".join(map(str, files))
        raise BadTable(f"{named}: of {kind} {rejects[0].id} {rejects[0].reason}; correct or remove it")
    return table


def merge_reference(
    settings: Settings, tables: dict[str, pa.Table], at: datetime, platform: str
) -> dict[str, int]:
    """Merge tables of `read_reference` into raw, but for ids known from `at` or later; return rows by table.

    Raises:
        WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.load.load`.
    """
    news = {}
    with reading(settings) as raw:
        for kind, table in tables.items():
            query = NEWER.format(table=kind, platform=platform, at=at)
            later = read_raw(raw, {kind}, query, arrow_schema(id=pa.string()))
            is_later = pc.is_in(table["id"], value_set=later["id"].combine_chunks().cast(pa.string()))
            news[kind] = _dated(table.filter(pc.invert(is_later)), at)
    news = {kind: table for kind, table in news.items() if len(table)}
    if news:
        write_reference(settings, news)
    return {kind: len(table) for kind, table in news.items()}


def _dated(table: pa.Table, at: datetime) -> pa.Table:
    column = table.schema.get_field_index("fetched_at")
    instants = pa.repeat(pa.scalar(at, table.schema.field(column).type), len(table))
    return table.set_column(column, table.schema.field(column), instants)
