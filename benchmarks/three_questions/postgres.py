"""PostgreSQL's answers to the three questions: a cluster of its own on a Unix socket, tuned for the machine.

COPY reads one CSV file per core at once into unlogged tables; those files are made outside of the clock.
"""

import csv
import io
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.three_questions.contest import Answers, Contest, calendar, months

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
QUESTIONS = Path(__file__).with_name("questions.sql")
OWNER = "postgres"
START_SECONDS = 30

TABLES = """
create unlogged table streamers (
    username text not null, timestamp bigint not null, game text not null, viewers bigint not null,
    followers bigint
);
create unlogged table games (
    game text not null, release_date text, publisher text not null, genre text not null
);
create unlogged table days (day bigint primary key, month text not null, quarter text not null);
create unlogged table months (month text primary key, previous_month text, start_at bigint not null);
"""

# two parallel passes over the rows; an index over all of them would cost more than it saves
BUILD = """
create unlogged table by_day as
select
    username, timestamp / 86400 as day, game, count(*) as minutes, sum(viewers)::bigint as viewer_minutes,
    min(timestamp) as first_at, max(timestamp) as last_at
from streamers
group by username, timestamp / 86400, game;
create unlogged table ends as
select by_day.username, days.month, min(by_day.first_at) as first_at, max(by_day.last_at) as last_at
from by_day
inner join days on by_day.day = days.day
group by by_day.username, days.month;
analyze by_day;
analyze ends;
create unlogged table readings as
select
    ends.username, ends.month, ends.first_at, ends.last_at,
    max(streamers.followers) filter (where streamers.timestamp = ends.first_at) as first_followers,
    max(streamers.followers) filter (where streamers.timestamp = ends.last_at) as last_followers
from ends
inner join (
    select username, month, first_at as timestamp from ends
    union
    select username, month, last_at from ends
) as instants on ends.username = instants.username and ends.month = instants.month
inner join streamers on instants.username = streamers.username and instants.timestamp = streamers.timestamp
group by ends.username, ends.month, ends.first_at, ends.last_at;
analyze readings;
"""


def missing() -> str:
    """Return what to do before PostgreSQL can take part, or nothing."""
    if (PROGRAMS / "initdb").exists():
        return ""
    return f"{PROGRAMS}/initdb is missing: apt-get install postgresql-15"


def main(tables: Path, folder: Path) -> None:
    """Load the tables of `tables` into a new cluster, build, ask, stop the cluster."""
    contest = Contest(folder)
    with server() as sql:
        with contest.step("load"):
            sql(TABLES)
            parts = sorted(tables.glob("streamers*.csv"))
            copies = [_copy(sql.socket, "streamers", part) for part in parts]
            copies.append(_copy(sql.socket, "games", tables / "games.csv", "header"))
            _ended(copies)
            _insert(sql, "days", calendar())
            _insert(sql, "months", months())
        with contest.step("build"):
            sql("analyze;")
            sql(BUILD)
        with contest.step("questions"):
            found = [sql.rows(question) for question in QUESTIONS.read_text().split(";")[:3]]
    contest.end(_answers(*found))


class Psql:
    """Runs SQL by psql over the socket in the folder `socket`."""

    def __init__(self, socket: Path):
        self.socket = socket

    def __call__(self, script: str) -> str:
        """Run `script`, and return what it printed as CSV."""
        command = [*_psql(self.socket), "--csv", "--tuples-only", "--quiet"]
        done = subprocess.run(command, input=script, text=True, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def rows(self, question: str) -> list[list[str]]:
        """Return the rows of one query, each cell as text."""
        return list(csv.reader(io.StringIO(self(question + ";"))))


@contextmanager
def server() -> Iterator[Psql]:
    """Yield psql for a new cluster that is stopped, and whose files are removed, in the end."""
    owner = {"user": OWNER, "group": OWNER, "extra_groups": []} if os.geteuid() == 0 else {}
    with TemporaryDirectory() as folder:
        cluster = Path(folder) / "cluster"
        if owner:
            shutil.chown(folder, OWNER, OWNER)
        command = [PROGRAMS / "initdb", "-D", cluster, "-A", "trust", "-U", OWNER, "-E", "UTF8", "--locale=C"]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, **owner)
        (cluster / "postgresql.auto.conf").write_text(_settings(Path(folder)))
        # in the foreground, so that its memory counts and it ends with us
        with (Path(folder) / "log").open("w") as log:
            process = subprocess.Popen(
                [PROGRAMS / "postgres", "-D", cluster], cwd=folder, stdout=log, stderr=log, **owner
            )
        try:
            yield _started(Psql(Path(folder)), process)
        finally:
            process.terminate()
            process.wait()


def _settings(folder: Path) -> str:
    """A quarter of the memory as cache, the rest for sorts and the operating system; nothing has to last."""
    memory, cores = psutil.virtual_memory().total >> 20, os.cpu_count()
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": folder,
        "shared_buffers": f"{memory // 4}MB",
        "effective_cache_size": f"{memory // 2}MB",
        "work_mem": f"{memory // 16}MB",
        "maintenance_work_mem": f"{memory // 8}MB",
        "max_worker_processes": 2 * cores,
        "max_parallel_workers": 2 * cores,
        "max_parallel_workers_per_gather": cores,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": 0,
        "max_wal_size": "8GB",
        "autovacuum": "off",
        "jit": "on",
    }
    return "".join(f"{name} = '{value}'\n" for name, value in settings.items())


def _started(sql: Psql, process: subprocess.Popen) -> Psql:
    ends = time.monotonic() + START_SECONDS
    ready = [PROGRAMS / "pg_isready", "-q", "-h", sql.socket]
    while subprocess.run(ready, check=False).returncode:
        if process.poll() is not None or time.monotonic() > ends:
            raise RuntimeError(f"PostgreSQL did not start:\n{(sql.socket / 'log').read_text()[-2000:]}")
        time.sleep(0.1)
    return sql


def _psql(socket: Path) -> list[str]:
    return ["psql", "-X", "-h", str(socket), "-U", OWNER, "-d", OWNER, "-v", "ON_ERROR_STOP=1"]


def _copy(socket: Path, table: str, path: Path, header: str = "") -> subprocess.Popen:
    options = f"format csv{', ' if header else ''}{header}"
    with path.open() as file:
        return subprocess.Popen(
            [*_psql(socket), "-q", "-c", f"copy {table} from stdin ({options})"], stdin=file
        )


def _ended(copies: list[subprocess.Popen]) -> None:
    if any([copy.wait() for copy in copies]):
        raise RuntimeError("a COPY failed")


def _insert(sql: Psql, table: str, rows: Iterable[tuple]) -> None:
    cells = [["null" if cell is None else f"'{cell}'" for cell in row] for row in rows]
    values = ", ".join(f"({', '.join(row)})" for row in cells)
    sql(f"insert into {table} values {values};")


def _answers(months: list[list[str]], growth: list[list[str]], publishers: list[list[str]]) -> Answers:
    return Answers(
        [[month, int(streamers), int(seconds)] for month, streamers, seconds in months],
        [
            [month, int(rank), username, int(base), int(gained), float(fraction)]
            for month, rank, username, base, gained, fraction in growth
        ],
        [[quarter, int(rank) if rank else None, name, int(of)] for quarter, rank, name, of in publishers],
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
