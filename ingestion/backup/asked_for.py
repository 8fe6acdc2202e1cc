"""Names, games and archives, which the warehouse alone holds: written to files, and put back from them."""

from pathlib import Path

import pyarrow.parquet as pq

from ingestion.settings import Settings
from ingestion.warehouse.file import raw_tables, reading, writing
from ingestion.warehouse.rebuild import LAST_LOAD
from ingestion.warehouse.reference import create_tables, write_reference
from ingestion.warehouse.reference_tables import TABLES

COLUMNS = "select column_name from duckdb_columns() where schema_name = 'raw' and table_name = ?"


def write_tables(settings: Settings, folder: Path) -> None:
    """Write each reference table that raw has to `<table>.parquet`.

    Raises:
        WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.file.reading`.
    """
    with reading(settings) as warehouse:
        there = raw_tables(warehouse)
        for table in TABLES:
            if table.name in there:
                found = {name for (name,) in warehouse.execute(COLUMNS, [table.name]).fetchall()}
                columns = ", ".join(f'"{name}"' for name in table.schema.names if name in found)
                folder.mkdir(parents=True, exist_ok=True)
                rows = warehouse.sql(f'select {columns} from raw."{table.name}"')
                rows.write_parquet(str(folder / f"{table.name}.parquet"))


def put_back(settings: Settings, folder: Path) -> None:
    """Write the tables of `write_tables`, if there are any, into a warehouse that has nothing else.

    Raises:
        WarehouseFailed: the disk refused.
    """
    if not folder.exists():
        return
    if settings.engine == "spark":
        files = {table.name: folder / f"{table.name}.parquet" for table in TABLES}
        write_reference(
            settings, {name: pq.read_table(path) for name, path in files.items() if path.exists()}
        )
        return
    with writing(settings) as warehouse:
        create_tables(settings, warehouse)
        for table in TABLES:
            path = folder / f"{table.name}.parquet"
            if path.exists():
                known = {name for (name,) in warehouse.execute(COLUMNS, [table.name]).fetchall()}
                columns = ", ".join(f'"{name}"' for name in pq.read_schema(path).names if name in known)
                warehouse.execute(
                    f'insert into raw."{table.name}" ({columns}, _dlt_load_id) '
                    f"select {columns}, ({LAST_LOAD}) from read_parquet(?)",
                    [str(path)],
                )
