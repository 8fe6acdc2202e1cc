"""DuckDB's answers to the three questions: straight from the Parquet files, nothing loaded, nothing kept."""

import sys
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.three_questions.contest import Answers, Contest, calendar, months

QUESTIONS = Path(__file__).with_name("questions.sql")

CALENDAR = {"days": ("day", "month", "quarter"), "months": ("month", "previous_month", "start_at")}

BUILD = """
create table by_day as
select
    username, timestamp // 86400 as day, game, count(*) as minutes, sum(viewers)::bigint as viewer_minutes
from read_parquet($streamers)
group by username, timestamp // 86400, game;
create table readings as
select
    username, days.month, min(timestamp) as first_at, min_by(followers, timestamp) as first_followers,
    max(timestamp) as last_at, max_by(followers, timestamp) as last_followers
from read_parquet($streamers)
inner join days on timestamp // 86400 = days.day
group by username, days.month;
create table games as select * from read_parquet($games);
"""


def main(tables: Path, folder: Path) -> None:
    """Ask the files in `tables`; what is summed up on the way lies in a database file in `folder`."""
    contest = Contest(folder)
    files = {name: str(tables / f"{name}.parquet") for name in ("streamers", "games")}
    with duckdb.connect(folder / "questions.duckdb") as connection:
        with contest.step("build"):
            for (name, columns), rows in zip(CALENDAR.items(), (calendar(), months()), strict=True):
                connection.register(name, pa.table(dict(zip(columns, zip(*rows, strict=True), strict=True))))
            for statement in filter(str.strip, BUILD.split(";")):
                bound = {name: path for name, path in files.items() if f"${name}" in statement}
                connection.execute(statement, bound)
        with contest.step("questions"):
            asked = [one for one in QUESTIONS.read_text().split(";") if one.strip()]
            found = [connection.execute(question).fetchall() for question in asked]
    contest.end(Answers(*[[list(row) for row in rows] for rows in found]))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
