"""Runs crawls and loads in processes that are killed, and tells what a warehouse holds afterwards."""

import multiprocessing
import os
import signal
import sys
import threading
from dataclasses import dataclass

import duckdb
import pyarrow.parquet as pq

from ingestion.__main__ import cli
from ingestion.landing.files import landed_files
from ingestion.warehouse import load as load_module
from tests.ingestion.landed_crawls import land_streams, minutes, raw_counts, rows_of, staged, stream

# Children are forked from a server that has imported everything, so that kills hit the work.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["tests.ingestion.warehouse.killing", "tests.ingestion.warehouse.test_load_killed"]
)

STREAMS = 300
# what Python tells an audit hook of before it does it; the same in every run
STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "socket.connect"}
LOADED_FILES = """
    select file_name, rows from raw.landed_files
    where _dlt_load_id in (select load_id from raw._dlt_loads where status = 0)
"""
HELD_ROWS = """
    select crawls.file_name, count(observations.id) as rows
    from raw.crawls
    left join raw.observations using (platform, observed_at)
    where crawls._dlt_load_id in (select load_id from raw._dlt_loads where status = 0)
    group by crawls.file_name
"""


@dataclass(frozen=True)
class Kill:
    """Where a process dies: at one of its STEPS, counted from 1, or `seconds` after it began."""

    step: int
    seconds: float = 0


def run(command: str, environment: dict[str, str]) -> None:
    """Run an ingestion command in a process of its own; a load takes several chunks."""
    os.environ.update(environment)
    load_module.ROWS_PER_LOAD = STREAMS
    cli([command], prog_name="ingestion")


def start(target, *arguments, kill: Kill | None = None, steps=None) -> multiprocessing.Process:
    """Start a function in a process that dies where it is told, and counts its steps in `steps`."""
    process = PROCESSES.Process(target=_run, args=(target, arguments, kill, steps))
    process.start()
    return process


def was_killed(process, within_seconds: float = 120) -> bool:
    """Wait for the end of a process; tells whether it was killed."""
    process.join(within_seconds)
    assert process.exitcode is not None, f"it still runs after {within_seconds} s"
    return process.exitcode == -signal.SIGKILL


def steps_of(target, *arguments) -> int:
    """Run a function in a process to its end and return how many steps it took."""
    steps = PROCESSES.Value("i")
    process = start(target, *arguments, steps=steps)
    process.join(120)
    assert process.exitcode == 0
    return steps.value


def _run(target, arguments: tuple, kill: Kill | None, steps) -> None:
    taken = 0

    def count(event: str, _: tuple) -> None:
        nonlocal taken
        if event not in STEPS:
            return
        taken += 1
        if kill and taken == kill.step:
            threading.Timer(kill.seconds, _die).start() if kill.seconds else _die()

    sys.addaudithook(count)
    try:
        target(*arguments)
    finally:
        if steps:
            steps.value = taken


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def land_round(settings, number: int) -> None:
    rows = [stream(one, one + number, title=f"title {(one + number) // 7}") for one in range(STREAMS)]
    for part in range(2):
        land_streams(settings, minutes(10 * number + 5 * part), rows)


def held(settings) -> dict[str, int]:
    """Return the rows of each file in the ledger, after making sure that they are all there."""
    try:
        ledger = {row["file_name"]: row["rows"] for row in rows_of(settings, LOADED_FILES)}
    except duckdb.Error:
        assert not settings.warehouse.exists() or "landed_files" not in tables_of(settings)
        return {}
    found = {row["file_name"]: row["rows"] for row in rows_of(settings, HELD_ROWS)}
    assert {name: found[name] for name in ledger} == ledger
    return ledger


def tables_of(settings) -> set[str]:
    return {row["table_name"] for row in rows_of(settings, "select table_name from duckdb_tables()")}


def assert_all_is_held_once(settings) -> None:
    landed = {}
    for name in landed_files(settings.landing):
        for row in pq.read_table(settings.landing / name).to_pylist():
            landed[name.stem, row["id"]] = row["viewer_count"]
    rows = staged(settings, "stg_twitch__observations")
    loaded = {
        (f"{row['observed_at']:%Y-%m-%dT%H-%M-%SZ}", row["stream_id"]): row["viewer_count"] for row in rows
    }
    assert loaded == landed
    assert len(rows) == len(landed) == raw_counts(settings)["observations"]
    names = [row["file_name"] for row in rows_of(settings, LOADED_FILES)]
    assert sorted(names) == [str(name) for name in landed_files(settings.landing)]
