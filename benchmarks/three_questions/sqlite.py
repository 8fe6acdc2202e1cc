"""SQLite's answers to the three questions: Python's sqlite3, without journal, one covering index."""

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.three_questions.contest import Answers, Contest, calendar, months

QUESTIONS = Path(__file__).with_name("questions.sql")
SETTINGS = (
    "journal_mode = off",
    "synchronous = off",
    "cache_size = -1000000",
    "temp_store = file",
    "threads = 2",
)

TABLES = """
create table streamers (
    username text not null, timestamp integer not null, game text not null, viewers integer not null,
    followers integer
);
create table games (game text not null, release_date text, publisher text not null, genre text not null);
create table days (day integer primary key, month text not null, quarter text not null);
create table months (month text primary key, previous_month text, start_at integer not null);
"""

# in this order a day's rows of one streamer and game lie side by side: nothing is sorted again
BUILD = """
create index streamers_by_day
on streamers (username, timestamp / 86400, game, timestamp, viewers, followers);
create table by_day as
select
    username, timestamp / 86400 as day, game, count(*) as minutes, sum(viewers) as viewer_minutes,
    min(timestamp) as first_at, max(timestamp) as last_at
from streamers
group by username, timestamp / 86400, game;
create table ends as
select by_day.username, days.month, min(by_day.first_at) as first_at, max(by_day.last_at) as last_at
from by_day
inner join days on by_day.day = days.day
group by by_day.username, days.month;
create table readings as
select
    ends.username, ends.month, ends.first_at, firsts.followers as first_followers, ends.last_at,
    lasts.followers as last_followers
from ends
inner join streamers as firsts
    on firsts.username = ends.username and firsts.timestamp / 86400 = ends.first_at / 86400
    and firsts.timestamp = ends.first_at
inner join streamers as lasts
    on lasts.username = ends.username and lasts.timestamp / 86400 = ends.last_at / 86400
    and lasts.timestamp = ends.last_at;
create index readings_by_month on readings (username, month);
analyze;
"""


def main(tables: Path, folder: Path) -> None:
    """Load the tables of `tables` into a new database in `folder`, build, ask."""
    contest = Contest(folder)
    connection = sqlite3.connect(folder / "three_questions.sqlite", isolation_level=None)
    for setting in SETTINGS:
        connection.execute(f"pragma {setting}")
    with contest.step("load"):
        connection.executescript(TABLES + "begin;")
        _insert(connection, "streamers", _rows(tables / "streamers.parquet"))
        _insert(connection, "games", _rows(tables / "games.parquet"))
        _insert(connection, "days", calendar())
        _insert(connection, "months", months())
        connection.execute("commit")
    with contest.step("build"):
        connection.executescript(BUILD)
    with contest.step("questions"):
        asked = QUESTIONS.read_text().split(";")[:3]
        found = [[list(row) for row in connection.execute(question)] for question in asked]
    connection.close()
    contest.end(Answers(*found))


def _rows(path: Path) -> Iterator[tuple]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(1 << 16):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[tuple]) -> None:
    columns = len(connection.execute(f"select * from {table}").description)
    connection.executemany(f"insert into {table} values ({', '.join('?' * columns)})", rows)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
