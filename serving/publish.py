"""Publishes the marts: a read-only copy of schema `marts`, swapped in by one rename.

Readers open the copy and never the warehouse. The swap replaces the name, not the file: a reader
keeps the copy it has open, and the next to open gets the new one.
"""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from ingestion.disk import fsync
from ingestion.warehouse.errors import damage_of, is_held, until_free
from serving.disk import alone
from serving.errors import CannotServe, DiskRefused, InUse
from serving.literals import identifier, quoted

MEMORY = "2GB"  # of a sort of the largest mart; what does not fit is spilled beside the copy
MARTS = """
    select table_name
    from information_schema.tables
    where table_catalog = 'warehouse' and table_schema = 'marts'
    order by table_name
"""
CRAWLS = """
    select platform, max(observed_at)
    from marts.crawls
    where is_complete
    group by platform
    order by platform
"""
COMMENTS = """
    select 'table' as kind, null as column_name, comment
    from (
        select database_name, schema_name, table_name, comment from duckdb_tables()
        union all
        select database_name, schema_name, view_name, comment from duckdb_views()
    )
    where
        database_name = 'warehouse' and schema_name = 'marts' and table_name = $mart
        and comment is not null
    union all
    select 'column', column_name, comment
    from duckdb_columns()
    where
        database_name = 'warehouse' and schema_name = 'marts' and table_name = $mart
        and comment is not null
"""
FLAT = ("BIGINT", "BOOLEAN", "DATE", "DOUBLE", "TIMESTAMP", "VARCHAR")
PUBLICATION = """
    create schema meta;
    create table meta.publication (
        version varchar not null,
        published_at timestamp not null,
        source_crawls map(varchar, timestamp) not null
    );
    create table meta.marts (mart varchar primary key, row_count bigint not null, checksum varchar not null);
    create table meta.series (
        kind varchar not null, item_id varchar not null, metric varchar not null, bucket varchar not null,
        first_row bigint not null, last_row bigint not null
    );
"""
# the rows of a series lie together: whoever knows where reads no others, whatever the ids look like
SERIES = {"readings": "'raw'", "reading_buckets": "bucket"}
ROWS_OF_SERIES = """
    insert into meta.series
    select kind, item_id, metric, {bucket}, min(rowid), max(rowid) from marts.{mart} group by all order by all
"""


def publish(
    warehouse: Path, published: Path, *, published_at: datetime, wait_seconds: float = 60
) -> dict[str, Any]:
    """Copy every mart to a new `published` file and swap it in.

    The copy holds schema `marts` with its comments, rows in the order of their columns, and
    `meta.publication` (one row: version, published_at, the newest complete crawl of each platform),
    `meta.marts` (one row per mart: rows, checksum) and `meta.series` (one row per tracked item, metric and
    bucket of reading_buckets, or `raw` for readings: the first and the last rowid of its rows, which lie
    together). The version depends on the marts' contents alone.
    `published_at` is naive UTC.

    Returns:
        version, source_crawls (platform -> datetime), rows (mart -> count), bytes of the file.

    Raises:
        CannotServe: there is nothing to publish, another process has held the warehouse for
            `wait_seconds`, or the disk refused. What was published before is still there.
    """
    temporary = published.with_name(f".{published.name}.tmp")
    with alone(published), _removed(temporary):
        with attached(warehouse, temporary, wait_seconds) as connection:
            report = _copy(connection, published_at)
            connection.execute("detach warehouse")
            connection.execute("checkpoint")
        fsync(temporary)
        temporary.replace(published)
        fsync(published.parent)
        return {**report, "bytes": published.stat().st_size}


def checksums(warehouse: Path, *, wait_seconds: float = 60) -> dict[str, str]:
    """Return a checksum of every mart of a warehouse: equal rows and columns, equal checksum.

    Raises:
        CannotServe: there is no warehouse, or another process has held it for `wait_seconds`.
    """
    with attached(warehouse, ":memory:", wait_seconds) as connection:
        marts = [mart for (mart,) in connection.execute(MARTS).fetchall()]
        connection.execute("use warehouse")
        return {mart: _fingerprint(connection, mart)[1] for mart in marts}


def _copy(connection: duckdb.DuckDBPyConnection, published_at: datetime) -> dict[str, Any]:
    marts = [mart for (mart,) in connection.execute(MARTS).fetchall()]
    if "crawls" not in marts:
        raise CannotServe(
            "the warehouse has no marts to publish; build them first (make run, make import or dbt)"
        )
    connection.execute("create schema marts")
    connection.execute(PUBLICATION)
    checksums = {mart: _copy_mart(connection, mart) for mart in marts}
    for mart, bucket in SERIES.items():
        if mart in marts:
            connection.execute(ROWS_OF_SERIES.format(mart=mart, bucket=bucket))
    version = hashlib.sha256(repr(sorted(checksums.items())).encode()).hexdigest()
    connection.executemany("insert into meta.marts values (?, ?, ?)", [(m, *c) for m, c in checksums.items()])
    crawls = dict(connection.execute(CRAWLS).fetchall())
    connection.execute(
        "insert into meta.publication values (?, ?, map(?::varchar[], ?::timestamp[]))",
        [version, published_at, list(crawls), list(crawls.values())],
    )
    rows = {mart: row_count for mart, (row_count, _) in checksums.items()}
    return {"version": version, "source_crawls": crawls, "rows": rows}


def _copy_mart(connection: duckdb.DuckDBPyConnection, mart: str) -> tuple[int, str]:
    connection.execute(f'create table marts."{mart}" as select * from warehouse.marts."{mart}" order by all')
    _copy_comments(connection, mart)
    return _fingerprint(connection, mart)


def _copy_comments(connection: duckdb.DuckDBPyConnection, mart: str) -> None:
    for kind, column, comment in connection.execute(COMMENTS, {"mart": mart}).fetchall():
        named = "".join(f".{identifier(name)}" for name in (mart, column) if name is not None)
        connection.execute(f"comment on {kind} marts{named} is {quoted(comment)}")


def _fingerprint(connection: duckdb.DuckDBPyConnection, mart: str) -> tuple[int, str]:
    """Return a mart's rows and checksum, which the order of rows does not change.

    DuckDB's hash is many times faster than md5; it tells [] and [null] apart only when they are text.
    """
    columns = [(name, type_) for name, type_, *_ in connection.execute(f'describe marts."{mart}"').fetchall()]
    hashed = [identifier(name) + ("" if type_ in FLAT else "::varchar") for name, type_ in columns]
    [(row_count, total)] = connection.execute(
        f'select count(*), sum(hash({", ".join(hashed)})) from marts."{mart}"'
    ).fetchall()
    text = repr([*columns, row_count, total])
    return row_count, hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def attached(
    warehouse: Path, temporary: Path | str, wait_seconds: float
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open `temporary` with the warehouse attached read-only, under the name `warehouse`.

    Raises:
        CannotServe: there is no warehouse.
        InUse: another process has held it for `wait_seconds`.
        DiskRefused: what is in it cannot be read.
    """
    if not warehouse.exists():
        raise CannotServe(f"{warehouse} is not there yet; load and build first (make run or make import)")
    with _damage_said(warehouse), duckdb.connect(temporary, config={"memory_limit": MEMORY}) as connection:
        attach = f"attach {quoted(warehouse)} as warehouse (read_only)"
        try:
            until_free(wait_seconds)(connection.execute, attach)
        except duckdb.IOException as error:
            if not is_held(error):
                raise
            raise InUse(
                f"{warehouse} is in use by another process and was for {wait_seconds:g} seconds; "
                "try again when it has ended"
            ) from error
        yield connection


@contextmanager
def _damage_said(warehouse: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.IOException as error:
        if damage := damage_of(warehouse, str(error)):
            raise DiskRefused(damage) from error
        raise


@contextmanager
def _removed(temporary: Path) -> Iterator[None]:
    def remove() -> None:
        for name in (temporary.name, f"{temporary.name}.wal"):
            temporary.with_name(name).unlink(missing_ok=True)
        shutil.rmtree(temporary.with_name(f"{temporary.name}.tmp"), ignore_errors=True)

    remove()  # what a killed publish left
    try:
        yield
    finally:
        remove()
