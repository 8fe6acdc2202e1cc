"""The tables of a Spark cluster: raw is declared where its files lie, and what the models made is shown.

The cluster's tables are Parquet files. The warehouse, which on DuckDB holds rows, holds views of them here:
who reads it need not know the engine. The files' addresses must be the same here and on the cluster.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import duckdb
import pyarrow as pa

from ingestion.cluster.local import NoSpark
from ingestion.exits import Stopped
from ingestion.settings import Settings
from ingestion.warehouse.errors import opened
from ingestion.warehouse.file import WAIT_SECONDS, said_plainly
from ingestion.warehouse.lake import TYPES, in_duckdb, lake_of, quoted, table_statements, view_of

SCHEMAS = ("marts", "intermediate", "meta")
SESSION = {
    "set:hiveconf:spark.sql.session.timeZone": "UTC",
    "set:hiveconf:spark.sql.timestampType": "TIMESTAMP_NTZ",
}
ARROW = {"timestamp": pa.timestamp("us"), **{name: type_ for type_, name in TYPES.items()}}


class Column(NamedTuple):
    """A column as the cluster describes it."""

    name: str
    type: str
    comment: str


class NoCluster(Stopped):
    """The cluster does not answer."""


@contextmanager
def asked(settings: Settings) -> Iterator[Any]:
    """Yield a cursor of the cluster's Thrift server.

    Raises:
        NoSpark: the client is not installed.
        NoCluster: nobody answers at its address, or it refuses.
    """
    try:
        from pyhive import hive
        from thrift.transport.TTransport import TTransportException
    except ImportError as error:
        raise NoSpark("Spark is not installed: run make install EXTRAS=spark") from error
    where = f"{settings.spark_host}:{settings.spark_port}"
    try:
        session = hive.connect(
            settings.spark_host, settings.spark_port, username="airtime", configuration=SESSION
        )
    except (TTransportException, OSError) as error:
        raise NoCluster(
            f"no Spark answers at {where}: start it (make cluster), or set AIRTIME_SPARK_HOST and "
            "AIRTIME_SPARK_PORT to one that runs"
        ) from error
    try:
        yield session.cursor()
    except (hive.Error, TTransportException) as error:
        raise NoCluster(f"Spark at {where} failed: {_first_line(error)}; run it again") from error
    finally:
        session.close()


def declare_raw(settings: Settings) -> None:
    """Tell the cluster where the tables of raw lie, and what their columns are.

    Raises:
        NoSpark, NoCluster: as `asked`.
    """
    with asked(settings) as cursor:
        for statement in table_statements(settings.raw, lake_of(settings).schemas):
            cursor.execute(statement)


def show_models(settings: Settings) -> None:
    """Make views in the warehouse of every table that the models made, with its comments.

    Raises:
        NoSpark, NoCluster: as `asked`; the latter also where its files cannot be read here.
        WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.load.load`.
    """
    with asked(settings) as cursor:
        found = [(schema, name) for schema in SCHEMAS for name in _tables(cursor, schema)]
        described = {one: _described(cursor, *one) for one in found}
    with said_plainly(settings.root), opened(settings.warehouse, WAIT_SECONDS) as warehouse:
        warehouse.execute("begin")
        for schema in SCHEMAS:
            warehouse.execute(f"drop schema if exists {schema} cascade; create schema {schema}")
        for (schema, name), (columns, facts) in described.items():
            if "View Text" not in facts:
                _show(warehouse, f'{schema}."{name}"', columns, facts)
        for (schema, name), (_, facts) in described.items():
            if schema == "meta" and "View Text" in facts:
                warehouse.execute(f"create view {schema}.{name} as {facts['View Text']}")
        warehouse.execute("commit")


def _tables(cursor: Any, schema: str) -> list[str]:
    cursor.execute(f"show schemas like '{schema}'")
    if not cursor.fetchall():
        return []
    cursor.execute(f"show tables from {schema}")
    return [name for _, name, _ in cursor.fetchall() if "__" not in name]


def _described(cursor: Any, schema: str, name: str) -> tuple[list[Column], dict[str, str]]:
    """Return a table's columns (name, type, comment) and what else is known of it."""
    cursor.execute(f"describe table extended {schema}.{name}")
    rows = [[(cell or "").strip() for cell in row] for row in cursor.fetchall()]
    end = next((number for number, row in enumerate(rows) if not row[0] or row[0].startswith("#")), len(rows))
    return [Column(*row[:3]) for row in rows[:end]], {row[0]: row[1] for row in rows[end:]}


def _show(
    warehouse: duckdb.DuckDBPyConnection,
    relation: str,
    columns: list[Column],
    facts: dict[str, str],
) -> None:
    folder = Path(unquote(urlsplit(facts["Location"]).path))
    if not folder.is_dir():
        raise NoCluster(
            f"the cluster keeps {relation} in {facts['Location']}, which cannot be read here: mount its "
            "tables at the same path on both, and build again; what was published stays"
        )
    files = sorted(folder.rglob("*.parquet"))
    schema = pa.schema([(name, _arrow(type_)) for name, type_, _ in columns])
    warehouse.execute(view_of(relation, schema, files, _partitions(schema, files)))
    for name, _, comment in columns:
        if comment:
            warehouse.execute(f"comment on column {relation}.\"{name}\" is '{quoted(comment)}'")
    if facts.get("Comment"):
        warehouse.execute(f"comment on view {relation} is '{quoted(facts['Comment'])}'")


def _partitions(schema: pa.Schema, files: Sequence[Path]) -> str:
    """Return the options that read the columns which are in the files' names, as the types that they have."""
    parts = [part for part in files[0].parts if "=" in part] if files else []
    names = [part.partition("=")[0] for part in parts if part.partition("=")[0] in schema.names]
    types = ", ".join(f"{name}: {in_duckdb(schema.field(name).type)}" for name in names)
    return f", hive_partitioning = true, hive_types = {{{types}}}" if names else ""


def _arrow(type_: str) -> pa.DataType:
    if type_.startswith("decimal"):
        return pa.decimal128(38, 0)
    return pa.list_(pa.string()) if type_.startswith("array") else ARROW[type_]


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
