"""Loads landed files into schema `raw` with dlt: Parquet files in, append only, every file once.

What to load is what the landing zone holds and `raw.landed_files` does not list. A load
that is killed is begun again by the next one; rows that raw may hold twice are removed in staging.
Titles, tags and names are stored when they change and once a day (`raw.stream_details`), not with each
observation; so those of an observation lie at most a day before it, however long its stream lasts.
"""

import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pyarrow as pa
from dlt.common.storages.load_package import load_package_state

from ingestion.arrow import arrow_schema
from ingestion.landing import files as landing
from ingestion.landing.store import brought, put_up_waiting
from ingestion.settings import Settings
from ingestion.warehouse.beside import Beside
from ingestion.warehouse.file import (
    FINISHED,
    SCHEMA_CONTRACT,
    pipeline,
    read_raw,
    started_at,
    writing,
)
from ingestion.warehouse.lake import Lake, lake_of
from ingestion.warehouse.landed_table import FILE_SCHEMA, LandedTable
from ingestion.warehouse.landed_tables import LANDED_TABLES
from ingestion.warehouse.new_files import LandedFile, UnreadableFiles, landed_since, split_by_rows
from ingestion.warehouse.reference import create_tables, missing_tables, resources
from ingestion.warehouse.retention import pruned_before
from ingestion.warehouse.withdraw import remove_withdrawn

ROWS_PER_LOAD = 4_000_000
LEFTOVER_SECONDS = 3600

HELD_FILES = f"""
    select file_name from raw.landed_files
    where {FINISHED}
"""
RAW_COLUMNS = "select table_name, column_name from duckdb_columns() where schema_name = 'raw'"
HELD_FILES_SCHEMA = arrow_schema(file_name=pa.string())


@dataclass(frozen=True)
class Loaded:
    """What one load did: files and rows that are new in raw, and files left because they came too late.

    Too late is a crawl of a day whose other observations have been dropped from raw by `retention`.
    `faults` are sentences about what the kinds of tracked items do not find in answers.
    """

    files: int
    rows: int
    too_late: int = 0
    faults: tuple[str, ...] = ()


def load(
    settings: Settings,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    only: Collection[str] | None = None,
) -> Loaded:
    """Load every landed file that raw does not hold yet; `on_progress` gets files done and in all.

    `only` names those that are loaded, if not all.

    Raises:
        UnreadableFiles: landed files that cannot be read; all others have been loaded.
        WarehouseBusy: another process holds the warehouse.
        WarehouseFailed: the load failed; run it again.
    """
    with writing(settings) as warehouse:
        put_up_waiting(settings.landing)
        landing.remove_leftovers(settings.landing, started_at(settings) - LEFTOVER_SECONDS)
        remove_withdrawn(settings, warehouse)
        files, unreadable = landed_since(settings.landing, _held(warehouse), only)
        in_time = _in_time(files, pruned_before(warehouse))
        files, too_late = in_time, len(files) - len(in_time)
        on_progress(0, len(files))
        write, beside = _writer(settings, warehouse), Beside(settings)
        done = 0
        # loads of this size bound memory and what a kill repeats
        chunks = split_by_rows(files, lambda file: file.weight, ROWS_PER_LOAD)
        for chunk in chunks or _nothing(warehouse):
            write(chunk, beside.tables(warehouse, chunk))
            done += len(chunk)
            on_progress(done, len(files))
        create_tables(settings, warehouse)
    if unreadable:
        raise UnreadableFiles(settings.landing, unreadable)
    rows = sum(file.rows for file in files)
    return Loaded(len(files), rows, too_late, tuple(beside.faults.values()))


def _writer(
    settings: Settings, warehouse: duckdb.DuckDBPyConnection
) -> Callable[[list[LandedFile], Mapping[str, pa.Table]], None]:
    """Return what writes files into raw, given the tables that are read beside them."""
    if settings.engine == "spark":
        return partial(_into_lake, lake_of(settings), warehouse)
    return partial(_by_dlt, pipeline(settings, warehouse, "landing", adds_load_id=False), warehouse)


def _by_dlt(
    line: dlt.Pipeline,
    warehouse: duckdb.DuckDBPyConnection,
    files: list[LandedFile],
    beside: Mapping[str, pa.Table],
) -> None:
    with tempfile.TemporaryDirectory(dir=line.working_dir) as folder:
        rows = _landed(files, beside, Path(folder), missing_tables(warehouse))
        line.run(rows, schema_contract=SCHEMA_CONTRACT)


def _into_lake(
    lake: Lake, warehouse: duckdb.DuckDBPyConnection, files: list[LandedFile], beside: Mapping[str, pa.Table]
) -> None:
    load_id = f"{time.time_ns()}"
    for table in LANDED_TABLES:
        for kind, query in table.queries.items():
            chosen = [file for file in files if file.record["kind"] == kind]
            if chosen:
                with _seen(query, table.schema, chosen, beside, load_id) as (connection, rows):
                    lake.append(connection, table.name, rows, load_id)
    lake.finish(warehouse, load_id)


def _in_time(files: list[LandedFile], pruned: dict[str, datetime]) -> list[LandedFile]:
    """Return the files but for crawls of days that raw no longer holds."""
    return [
        file
        for file in files
        if file.record["kind"] != "crawl"
        or datetime.fromisoformat(file.record["observed_at"])
        >= pruned.get(file.record["platform"], datetime.min)
    ]


def _held(warehouse: duckdb.DuckDBPyConnection) -> set[str]:
    names = read_raw(warehouse, {"landed_files", "_dlt_loads"}, HELD_FILES, HELD_FILES_SCHEMA)
    return {row["file_name"] for row in names.to_pylist()}


def _nothing(warehouse: duckdb.DuckDBPyConnection) -> list[list[LandedFile]]:
    """Return one load without files, which makes tables and columns, unless all are there."""
    held = set(warehouse.execute(RAW_COLUMNS).fetchall())
    wanted = {(table.name, column) for table in LANDED_TABLES for column in table.columns}
    return [] if wanted <= held else [[]]


@dlt.source(name="landing")
def _landed(
    files: list[LandedFile], beside: Mapping[str, pa.Table], folder: Path, missing: dict[str, pa.Table]
) -> Iterator[Any]:
    """Yield the landed tables and, so that a first load is one run of dlt, the others that are missing."""
    for table in LANDED_TABLES:
        yield dlt.resource(
            _tables(table, files, beside, folder),
            name=table.name,
            write_disposition="append",
            columns={name: {"data_type": "timestamp", "timezone": False} for name in table.times},
        )
    load_id = pa.field("_dlt_load_id", pa.string(), nullable=False)
    yield from resources(
        {name: table.schema.append(load_id).empty_table() for name, table in missing.items()}
    )


def _tables(
    table: LandedTable, files: list[LandedFile], beside: Mapping[str, pa.Table], folder: Path
) -> Iterator[Any]:
    """Yield the rows of one raw table as Parquet files in `folder`, after an empty one that creates it.

    dlt takes such files as they are: it neither writes their rows again nor puts its load id into them.
    """
    yield table.schema.append(pa.field("_dlt_load_id", pa.string())).empty_table()
    for kind, query in table.queries.items():
        chosen = [file for file in files if file.record["kind"] == kind]
        if chosen:
            path = folder / f"{table.name}-{kind}.parquet"
            rows = _write(path, query, table.schema, chosen, beside)
            yield dlt.mark.with_file_import(str(path), "parquet", rows)


def _write(
    path: Path, query: str, schema: pa.Schema, files: list[LandedFile], beside: Mapping[str, pa.Table]
) -> int:
    """Write what `query` finds in `files`, with the load's id; return the number of rows."""
    load_id = load_package_state()["load_id"]
    with _seen(query, schema, files, beside, load_id) as (connection, rows):
        written: int
        copy = f"copy ({rows}) to $path (format parquet)"
        [(written,)] = connection.execute(copy, {"path": str(path)}).fetchall()
        return written


@contextmanager
def _seen(
    query: str, schema: pa.Schema, files: list[LandedFile], beside: Mapping[str, pa.Table], load_id: str
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """Yield a DuckDB that sees `files`, and SQL of what `query` finds in them, with the load's id."""
    with brought([file.path for file in files]) as copies, duckdb.connect() as connection:
        connection.register("files", _file_table(files, copies))
        for name, table in beside.items():
            connection.register(name, table)
        rows = connection.read_parquet([str(copy) for copy in copies], filename=True, union_by_name=True)
        rows.create_view("landed")
        connection.register("form", schema.empty_table())
        columns = ", ".join(f'"{name}"' for name in schema.names)
        # the union gives the columns their types
        union = f"select {columns} from form union all select {columns} from ({query})"
        yield connection, f"select *, '{load_id}' as _dlt_load_id from ({union})"


def _file_table(files: list[LandedFile], copies: list[Path]) -> pa.Table:
    """Return the records of `files`, which are read from `copies`, as one table of FILE_SCHEMA."""
    rows = [
        {**file.record, "file_name": file.name, "path": str(copy), "rows": file.rows}
        for file, copy in zip(files, copies, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=FILE_SCHEMA)
