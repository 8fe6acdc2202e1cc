"""A made-up warehouse with a handful of marts, and processes that hold files open."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

PUBLISHED_AT = datetime(2026, 11, 21, 12, 0)
CRAWLED_AT = datetime(2026, 11, 21, 11, 55)
HEADERS, BLOCK = 12_288, 262_144  # bytes of a DuckDB file
BLOCKS = "select distinct block_id from pragma_storage_info('marts.{mart}') where block_id >= 0"
STREAMERS = [
    ("twitch", "2", 'bo, the "best"', 1.5, ["a", "b,c"], None),
    ("twitch", "1", "ana", 0.1, [], 3),
    ("history", "ana", "ana", 2.0, None, 1),
    ("history", "", "日本\nline", float("inf"), [None], -5),
]
CRAWLS = [
    ("twitch", datetime(2026, 11, 21, 11, 50), True),
    ("twitch", CRAWLED_AT, True),
    ("twitch", datetime(2026, 11, 21, 12, 0), False),
    ("history", datetime(2019, 1, 7, 9, 29), True),
]


def build(warehouse: Path, streamers: list[tuple] = STREAMERS) -> Path:
    """Write a warehouse whose marts are crawls, streamers and the view best; other schemas are not marts."""
    warehouse.unlink(missing_ok=True)
    with duckdb.connect(warehouse) as connection:
        connection.execute("""
            create schema marts;
            create schema intermediate;
            create table intermediate.secret as select 1 as one;
            create table marts.crawls (platform varchar, observed_at timestamp, is_complete boolean);
            create table marts.streamers (
                platform varchar, streamer_id varchar, streamer_name varchar,
                hours double, tags varchar[], rank bigint
            );
            create view marts.best as select platform, streamer_id from marts.streamers where rank = 1;
        """)
        connection.executemany("insert into marts.crawls values (?, ?, ?)", CRAWLS)
        connection.executemany("insert into marts.streamers values (?, ?, ?, ?, ?, ?)", streamers)
    return warehouse


def query(database: Path, sql: str) -> list[tuple]:
    """Answer a query from a database as a new reader would."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{database}' as published (read_only)")
        connection.execute("use published")
        return connection.execute(sql).fetchall()


@contextmanager
def process(code: str, *arguments: Path) -> Iterator[subprocess.Popen]:
    """Run Python code that talks in lines over stdin and stdout; it is killed at the end."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", code, *map(str, arguments)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


def tell(running: subprocess.Popen, line: str = "go") -> None:
    """Send a line to a process."""
    running.stdin.write(f"{line}\n")
    running.stdin.flush()


def hear(running: subprocess.Popen) -> str:
    """Return the next line that a process says."""
    return running.stdout.readline().strip()


def turn_marts(published: Path) -> None:
    """Turn a byte of each block that holds rows of marts; the file opens as before, no mart can be read."""
    with duckdb.connect(published, read_only=True) as connection:
        marts = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'")
        blocks = {
            block
            for (mart,) in marts.fetchall()
            for (block,) in connection.execute(BLOCKS.format(mart=mart)).fetchall()
        }
    turned = bytearray(published.read_bytes())
    for block in blocks:
        turned[HEADERS + block * BLOCK + BLOCK // 2] ^= 0xFF
    published.write_bytes(turned)
