"""Parts what was loaded and is in no mart yet into pieces of some days, which fit into memory."""

import duckdb

from ingestion.landed_files import split_by_rows
from ingestion.settings import Settings
from ingestion.warehouse import FINISHED, raw_tables, reading

# 32 million observations, three days of all of Twitch, have been built in 3 GB
ROWS_PER_GIGABYTE = 10_000_000

IS_BUILT = """
    select 1 from duckdb_tables() where schema_name = 'intermediate' and table_name = 'int_crawls_weighted'
"""
NEWEST_BUILT = "select coalesce(max(newest_load_id), '') from intermediate.int_crawls_weighted"
OBSERVED = ("history_streamers", "observations")
ROWS = f"""
    select _dlt_load_id, count(*)
    from raw.{{table}}
    where _dlt_load_id > $built and {FINISHED}
    group by _dlt_load_id
"""


def waiting_parts(settings: Settings) -> list[str]:
    """Return the load ids up to which the models have to be built one after the other before all of it.

    Mostly none: then everything that waits is one part. Whatever the order of loads and builds, the marts
    end the same.

    Raises:
        WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.reading`.
    """
    with reading(settings) as warehouse:
        waiting = _waiting(warehouse)
    return ends_of_parts(waiting, settings.memory * ROWS_PER_GIGABYTE // 10**9)


def ends_of_parts(waiting: dict[str, int], most_rows: int) -> list[str]:
    """Return the last load of each part but the last one.

    Args:
        waiting: rows of each load by its id, the oldest first.
        most_rows: rows of a part; a load with more makes a part of its own.
    """
    return [part[-1] for part in split_by_rows(waiting, waiting.__getitem__, most_rows)[:-1]]


def _waiting(warehouse: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return the rows of each load that no model has seen, by its id, the oldest first."""
    built = ""
    if warehouse.execute(IS_BUILT).fetchone():
        (built,) = warehouse.execute(NEWEST_BUILT).fetchone()
    found: dict[str, int] = {}
    for table in sorted(raw_tables(warehouse).intersection(OBSERVED)):
        for load_id, rows in warehouse.execute(ROWS.format(table=table), {"built": built}).fetchall():
            found[load_id] = found.get(load_id, 0) + rows
    return dict(sorted(found.items()))
