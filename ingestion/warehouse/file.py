"""The warehouse file: who may open it, which dlt pipelines write it, what raw already holds."""

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dlt
import duckdb
import pyarrow as pa
from dlt.common.configuration.container import Container
from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext
from dlt.common.destination import DestinationCapabilitiesContext
from dlt.common.exceptions import DltException
from dlt.common.normalizers.naming import NamingConvention
from dlt.common.schema.typing import TSchemaContractDict
from dlt.destinations.impl.duckdb.configuration import DuckDbClientConfiguration
from filelock import FileLock, Timeout

from ingestion.exits import A_HOME_TO_WRITE, full_disk, is_full
from ingestion.settings import Settings
from ingestion.warehouse.errors import (
    WAREHOUSE,
    DamagedWarehouse,
    WarehouseBusy,
    WarehouseFailed,
    causes_of,
    damage_of,
    first_line,
    opened,
)
from ingestion.warehouse.lake import lake_of

SCHEMA_CONTRACT: TSchemaContractDict = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}
WAIT_SECONDS = 20.0

RAW_TABLES = "select table_name from information_schema.tables where table_schema = 'raw'"
LOADED_TABLES = """
    select table_name from duckdb_columns()
    where schema_name = 'raw' and column_name = '_dlt_load_id' order by table_name
"""
# dlt writes a load into `_dlt_loads` when all its rows are there; what has no row there was cut short.
FINISHED = "_dlt_load_id in (select load_id from raw._dlt_loads where status = 0)"
UNFINISHED = f"not {FINISHED}"


@contextmanager
def said_plainly(home: Path) -> Iterator[None]:
    """Translate whatever a load into a warehouse under `home` may fail with into WarehouseFailed."""
    try:
        yield
    except (DltException, duckdb.Error, OSError) as error:
        causes = list(causes_of(error))
        if damage := next(filter(None, (damage_of(home / WAREHOUSE, str(one)) for one in causes)), ""):
            raise DamagedWarehouse(damage) from error
        if any(is_full(cause) for cause in causes):
            told = full_disk(home)
        elif isinstance(causes[-1], OSError) and causes[-1].filename:
            told = f"{causes[-1].filename}: {causes[-1].strerror}; {A_HOME_TO_WRITE}"
        else:
            told = f"loading into {home} failed: {first_line(causes[-1])}; run the load again"
        raise WarehouseFailed(f"{told}, nothing landed is lost") from error


def pipeline(
    settings: Settings, warehouse: duckdb.DuckDBPyConnection, name: str, *, adds_load_id: bool = True
) -> dlt.Pipeline:
    """Return the dlt pipeline `name`, which writes schema `raw`.

    Rows that bring their load id with them are taken as they are if it does not add one itself.
    dlt's working folder starts empty: a load that was cut short is begun again from its source. What
    it left pending could belong to a warehouse that is no longer there.
    """
    # what dlt finds in the environment is looked for thousands of times a load, and could change what lands
    sources = Container()[PluggableRunContext].providers
    sources.providers = [sources["config.toml"]]
    dlt.config["runtime.dlthub_telemetry"] = False
    logging.getLogger("dlt").setLevel(logging.CRITICAL)
    dlt.config["load.delete_completed_jobs"] = True
    dlt.config["normalize.parquet_normalizer.add_dlt_load_id"] = adds_load_id
    folder = settings.root / "dlt"
    if (folder / name).exists():
        shutil.rmtree(folder / name)
    return dlt.pipeline(
        name,
        pipelines_dir=str(folder),
        destination=_duckdb(warehouse),
        dataset_name="raw",
    )


def _duckdb(warehouse: duckdb.DuckDBPyConnection) -> dlt.destinations.duckdb:
    """Return dlt's DuckDB, which works out what it is capable of once and not at every step of a load.

    Each time it would read all of its settings, which took a third of a small load.
    """
    destination = dlt.destinations.duckdb(warehouse)
    work_out = destination.capabilities
    known: dict[bool, DestinationCapabilitiesContext] = {}

    def capabilities(
        config: DuckDbClientConfiguration | None = None, naming: NamingConvention | None = None
    ) -> DestinationCapabilitiesContext:
        if config is not None:
            return work_out(config, naming)
        is_case_sensitive = naming is not None and naming.is_case_sensitive
        if is_case_sensitive not in known:
            known[is_case_sensitive] = work_out(None, naming)
        return known[is_case_sensitive].copy()  # a pipeline notes its own file formats there

    vars(destination)["capabilities"] = capabilities
    return destination


@contextmanager
def writing(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for one load: nobody else can open it until the block ends.

    What a load before this one left unfinished is removed first.

    Raises:
        WarehouseBusy: another process still held it after WAIT_SECONDS.
        WarehouseFailed: the disk refused, or the load failed.
    """
    with (
        said_plainly(settings.root),
        one_load_at_a_time(settings) as was_cut_short,
        opened(settings.warehouse, WAIT_SECONDS) as warehouse,
    ):
        if settings.engine == "spark":
            lake_of(settings).prepare()
            lake_of(settings).show(warehouse)
        elif was_cut_short:
            remove_unfinished(warehouse)
        yield warehouse


@contextmanager
def reading(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse to read; an empty database while there is none.

    Raises:
        WarehouseBusy: another process still wrote to it after WAIT_SECONDS.
    """
    if not settings.warehouse.exists():
        with duckdb.connect() as nothing:
            yield nothing
        return
    with said_plainly(settings.root), opened(settings.warehouse, WAIT_SECONDS, read_only=True) as warehouse:
        yield warehouse


def raw_tables(warehouse: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the names of the tables in schema `raw`."""
    return {name for (name,) in warehouse.execute(RAW_TABLES).fetchall()}


def read_raw(
    warehouse: duckdb.DuckDBPyConnection, tables: set[str], query: str, empty: pa.Schema
) -> pa.Table:
    """Return what `query` finds in raw, or no rows while one of its `tables` does not exist yet."""
    if not tables <= raw_tables(warehouse):
        return empty.empty_table()
    return warehouse.execute(query).to_arrow_table()


def remove_unfinished(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Remove the rows of loads that did not come to their end: they are loaded again."""
    if "_dlt_loads" in raw_tables(warehouse):
        for (table,) in warehouse.execute(LOADED_TABLES).fetchall():
            warehouse.execute(f'delete from raw."{table}" where {UNFINISHED}')


def started_at(settings: Settings) -> float:
    """Return when the load that is running began: epoch seconds by the disk's own clock."""
    return _running(settings).stat().st_mtime


def _running(settings: Settings) -> Path:
    return settings.root / "load.pid"


@contextmanager
def one_load_at_a_time(settings: Settings) -> Iterator[bool]:
    """Hold the load's lock; yields whether the load before this one was cut short.

    The file with the process id outlives a load that is killed or fails.
    """
    settings.root.mkdir(parents=True, exist_ok=True)
    running = _running(settings)
    try:
        held = FileLock(settings.root / "load.lock").acquire(timeout=WAIT_SECONDS)
    except Timeout:
        raise WarehouseBusy(
            f"a load or a build is running already (process {running.read_text()}): "
            "wait for it to end; nothing landed is lost"
        ) from None
    with held:
        was_cut_short = running.exists()
        running.write_text(str(os.getpid()))
        yield was_cut_short
        running.unlink()
