"""Raw for an engine that reads files: Parquet by UTC day in `AIRTIME_HOME/raw/<table>/day=<day>`.

A load writes its files beside and moves them into place one by one; its row in `_dlt_loads` comes last, and
what has none is removed by the next load. So raw is at-least-once, as in DuckDB. A day of many small files is
made one file: an engine opens each of them at each scan.
"""

import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.arrow import TEXT, TIME, WHOLE, arrow_schema
from ingestion.disk import fsync
from ingestion.settings import Settings
from ingestion.warehouse.landed_tables import LANDED_TABLES
from ingestion.warehouse.reference_tables import TABLES

LOADS = "_dlt_loads"
LOADS_SCHEMA = arrow_schema(load_id=TEXT, status=WHOLE)
PRUNED_SCHEMA = arrow_schema(platform=TEXT, pruned_before=TIME)
NOT_GAMES_SCHEMA = arrow_schema(platform=TEXT, game_id=TEXT, name=TEXT)
NO_DAY = "none"
FILES_PER_DAY = 12
TYPES: dict[pa.DataType, str] = {
    pa.string(): "string",
    pa.int64(): "bigint",
    pa.int32(): "int",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.timestamp("us"): "timestamp_ntz",
    pa.decimal128(38, 0): "decimal(38,0)",
    pa.decimal128(24, 6): "decimal(24,6)",
    pa.list_(pa.string()): "array<string>",
}


def as_kept(schema: pa.Schema, *, is_landed: bool) -> pa.Schema:
    """Return the columns that raw keeps: lists as JSON, and what landed with the id of its load."""
    fields = [pa.field(one.name, TEXT if pa.types.is_list(one.type) else one.type) for one in schema]
    return pa.schema([*fields, pa.field("_dlt_load_id", TEXT)] if is_landed else fields)


def raw_schemas() -> dict[str, pa.Schema]:
    """Return the columns of every table of raw by its name."""
    return {
        **{table.name: as_kept(table.schema, is_landed=True) for table in LANDED_TABLES},
        **{table.name: as_kept(table.schema, is_landed=False) for table in TABLES},
        LOADS: LOADS_SCHEMA,
        "pruned": PRUNED_SCHEMA,
        "not_games": NOT_GAMES_SCHEMA,
    }


def lake_of(settings: Settings) -> "Lake":
    """Return the files of raw of that home."""
    return Lake(settings.raw, raw_schemas())


def table_statements(root: Path, schemas: Mapping[str, pa.Schema]) -> list[str]:
    """Return Spark's SQL that declares every table of raw where its files lie."""
    statements = ["create schema if not exists raw"]
    for name, schema in schemas.items():
        columns = ", ".join(f"`{field.name}` {TYPES[field.type]}" for field in schema)
        place = f"options (path '{root / name}', recursiveFileLookup 'true')"
        statements += [f"drop table if exists raw.`{name}`"]
        statements += [f"create table raw.`{name}` ({columns}) using parquet {place}"]
    return statements


def in_duckdb(type_: pa.DataType) -> str:
    """Return DuckDB's name of a type, which is Spark's but for two."""
    return "varchar[]" if pa.types.is_list(type_) else TYPES[type_].removesuffix("_ntz")


def view_of(relation: str, schema: pa.Schema, files: Sequence[Path], options: str = "") -> str:
    """Return SQL that makes a view over Parquet files, or over no rows while there is no file."""
    types = {field.name: in_duckdb(field.type) for field in schema}
    rows = ", ".join(f'cast(null as {type_}) as "{name}"' for name, type_ in types.items())
    rows = f"select {rows} where false"
    if files:
        columns, listed = (
            ", ".join(f'"{name}"' for name in types),
            ", ".join(f"'{quoted(one)}'" for one in files),
        )
        read = f"read_parquet([{listed}], union_by_name = true{options})"
        rows += f" union all by name select {columns} from {read}"
    return f"create or replace view {relation} as {rows}"


class Lake:
    """The files of raw below `root`; `schemas` are the columns of its tables."""

    def __init__(self, root: Path, schemas: Mapping[str, pa.Schema]) -> None:
        self.root, self.schemas = root, schemas

    def prepare(self) -> None:
        """Make each table's folder, and remove what a load that was cut short has left."""
        for name in self.schemas:
            (self.root / name).mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.root / ".loading", ignore_errors=True)
        loads = sorted((self.root / LOADS).rglob("*.parquet"))
        finished = {one for path in loads for one in pq.read_table(path)["load_id"].to_pylist()}
        for table in LANDED_TABLES:
            for path in (self.root / table.name).rglob("*.parquet"):
                if path.stem.partition("~")[0] not in finished:
                    path.unlink()

    def show(self, connection: duckdb.DuckDBPyConnection, *names: str) -> None:
        """Make views of the tables, of all if none is named: of the files that there are now."""
        connection.execute("create schema if not exists raw")
        for name in names or self.schemas:
            files = sorted((self.root / name).rglob("*.parquet"))
            connection.execute(view_of(f'raw."{name}"', self.schemas[name], files))

    def append(self, connection: duckdb.DuckDBPyConnection, name: str, query: str, load_id: str) -> None:
        """Write the rows of `query`, which has the table's columns, as files of that load by their day."""
        day = (
            f"'{NO_DAY}'"
            if "observed_at" not in self.schemas[name].names
            else ("coalesce(strftime(cast(observed_at as timestamp), '%Y-%m-%d'), '" + NO_DAY + "')")
        )
        beside = self.root / ".loading" / name
        beside.mkdir(parents=True, exist_ok=True)
        columns = self._kept(connection, name, query)
        connection.execute(
            f"""
            copy (select {columns}, {day} as day from ({query}) order by all)
            to '{quoted(beside)}' (format parquet, partition_by (day), overwrite_or_ignore true)
            """
        )
        for path in sorted(beside.rglob("*.parquet")):
            folder = self.root / name / path.parent.name
            folder.mkdir(parents=True, exist_ok=True)
            fsync(path)
            path.replace(folder / f"{load_id}~{uuid.uuid4().hex[:8]}.parquet")
            fsync(folder)
        shutil.rmtree(beside)

    def replace(
        self,
        connection: duckdb.DuckDBPyConnection,
        name: str,
        query: str,
        values: Mapping[str, str] | None = None,
    ) -> None:
        """Put the rows of `query`, which takes `values`, in the place of all that the table holds."""
        beside = self.root / ".loading" / f"{name}.parquet"
        beside.parent.mkdir(parents=True, exist_ok=True)
        connection.execute("create or replace temp table replacing as " + query, values)
        columns = self._kept(connection, name, "from replacing")
        connection.execute(f"copy (select {columns} from replacing order by all) to '{quoted(beside)}'")
        fsync(beside)
        beside.replace(self.root / name / "all.parquet")
        fsync(self.root / name)
        self.show(connection, name)

    @contextmanager
    def edited(
        self, connection: duckdb.DuckDBPyConnection, tables: Sequence[str], day: str
    ) -> Iterator[None]:
        """Have `tables` as tables of the rows of `day` until the block ends; then write these, in order."""
        folders = {}
        for name in tables:
            has_days = "observed_at" in self.schemas[name].names
            folders[name] = self.root / name / f"day={day if has_days else NO_DAY}"
            rows = f"read_parquet('{quoted(folders[name])}/*.parquet', union_by_name = true)"
            connection.execute(f"drop view raw.{name}; create table raw.{name} as from {rows}")
        yield
        for name, folder in folders.items():
            files = sorted(folder.glob("*.parquet"))
            load_id = files[-1].stem.partition("~")[0]
            self._put(connection, f"from raw.{name}", folder, load_id, files)
            connection.execute(f"drop table raw.{name}")
            self.show(connection, name)

    def _kept(self, connection: duckdb.DuckDBPyConnection, name: str, query: str) -> str:
        """Return the columns as raw keeps them, lists as JSON, tags in NFC, which Spark cannot make."""
        found = {column: type_ for column, type_, *_ in connection.execute(f"describe {query}").fetchall()}
        columns = []
        for field in self.schemas[name]:
            value = f'"{field.name}"' if field.name in found else "null"
            if field.name == "tags":
                value = "list_transform(tags, lambda tag: nfc_normalize(tag))"
            if found.get(field.name, "").endswith("[]"):
                value = f"to_json({value})"
            columns.append(f'cast({value} as {in_duckdb(field.type)}) as "{field.name}"')
        return ", ".join(columns)

    def finish(self, connection: duckdb.DuckDBPyConnection, load_id: str) -> None:
        """Vouch for all that a load has written, and make one file of the many of a day."""
        query = f"select '{load_id}' as load_id, 0 as status"
        self.append(connection, LOADS, query, load_id)
        for name in (LOADS, *(table.name for table in LANDED_TABLES)):
            for folder in sorted((self.root / name).glob("day=*")):
                files = sorted(folder.glob("*.parquet"))
                if len(files) > FILES_PER_DAY:
                    rows = f"from read_parquet('{quoted(folder)}/*.parquet', union_by_name = true)"
                    self._put(connection, rows, folder, load_id, files)
            self.show(connection, name)

    def _put(
        self, connection: duckdb.DuckDBPyConnection, query: str, folder: Path, load_id: str, files: list[Path]
    ) -> None:
        """Put rows in the place of `files`; a crash before all are gone leaves rows twice, as a load may."""
        beside = self.root / ".loading" / "rows.parquet"
        beside.parent.mkdir(parents=True, exist_ok=True)
        connection.execute(f"copy ({query} order by all) to '{quoted(beside)}' (format parquet)")
        fsync(beside)
        beside.replace(folder / f"{load_id}~{uuid.uuid4().hex[:8]}.parquet")
        for file in files:
            file.unlink()
        fsync(folder)


def quoted(path: Path | str) -> str:
    """Return a path or text as it stands between the quotes of SQL."""
    return str(path).replace("'", "''")
