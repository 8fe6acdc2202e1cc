"""Airtime's answers to the three questions: import, load, dbt run, read from the marts, as users do it."""

import subprocess
import sys
from pathlib import Path

import duckdb

from benchmarks.dbt_run import DBT_RUN, dbt_environment
from benchmarks.three_questions.contest import Answers, Contest
from ingestion.settings import Settings

MONTHS = """
select month::date::varchar, unique_streamers, round(hours_broadcast * 3600)::bigint
from marts.monthly_activity
"""

GROWTH = """
select period_start::date::varchar, rank, streamer_name, follower_base, followers_gained, follower_growth
from marts.rank_follower_growth
where period = 'month' and genre = 'FPS' and rank <= 1000
"""

PUBLISHERS = """
select period_start::date::varchar, rank, publisher, round(hours_watched * 3600)::bigint
from marts.rank_publishers
where period = 'quarter'
"""


def main(tables: Path, folder: Path) -> None:
    """Import and load the tables of `tables` into a new home in `folder`, build every mart, ask."""
    contest = Contest(folder)
    settings = Settings(AIRTIME_HOME=folder / "home")
    environment = dbt_environment(settings) | {"AIRTIME_HOME": str(settings.root)}
    python = [sys.executable, "-m", "ingestion"]
    files = ["--streamers", str(tables / "streamers.parquet"), "--games", str(tables / "games.parquet")]
    with contest.step("load"):
        for command in ([*python, "import", *files], [*python, "load"]):
            subprocess.run(command, env=environment, check=True, capture_output=True)
    with contest.step("build"):
        subprocess.run(DBT_RUN, env=environment, check=True)
    with contest.step("questions"), duckdb.connect(settings.warehouse, read_only=True) as connection:
        found = [connection.execute(query).fetchall() for query in (MONTHS, GROWTH, PUBLISHERS)]
    contest.end(Answers(*[[list(row) for row in rows] for rows in found]))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
