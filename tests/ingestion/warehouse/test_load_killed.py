"""Processes that are killed at any moment: nothing landed is lost, and nothing counts twice."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
from dlt.common.storages.load_package import PackageStorage
from dlt.destinations.impl.duckdb.duck import DuckDbCopyJob

from ingestion.landing.files import landed_files
from ingestion.warehouse.load import Loaded, load
from ingestion.warehouse.new_files import landed_since
from tests.ingestion.landed_crawls import START, land_streams, minutes, settings_in, stream
from tests.ingestion.warehouse.killing import (
    STREAMS,
    Kill,
    assert_all_is_held_once,
    land_round,
    run,
    start,
    steps_of,
    was_killed,
)
from tests.lengths import times

KILLS = times(10, 100)


def die_before_the_ledger(home: Path) -> None:
    """Run a load that is killed when observations are in the warehouse and the ledger is not."""
    copy, complete = DuckDbCopyJob.run, PackageStorage.complete_job

    def run_job(job: DuckDbCopyJob) -> None:
        if job.job_file_info().table_name == "landed_files":
            threading.Event().wait()
        copy(job)

    def complete_job(storage: PackageStorage, load_id: str, file_name: str) -> str:
        done = complete(storage, load_id, file_name)
        if file_name.startswith("observations"):
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    DuckDbCopyJob.run, PackageStorage.complete_job = run_job, complete_job
    run("load", {"AIRTIME_HOME": str(home)})


def land_on(home: Path, first: int, count: int = 1000) -> None:
    """Land one crawl after the other, until killed."""
    settings = settings_in(home)
    rows = [stream(number, title=random.randbytes(60).hex()) for number in range(3_000)]
    for number in range(first, first + count):
        land_streams(settings, minutes(number), rows)


def test_the_command_killed_while_loading_is_finished_by_the_next(tmp_path):
    settings = settings_in(tmp_path)
    command = [sys.executable, "-m", "ingestion", "load"]
    environment = {**os.environ, "AIRTIME_HOME": str(tmp_path)}
    for number, seconds in enumerate((0, 0.2, 0.5)):
        land_round(settings, number)
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
            while not (tmp_path / "load.pid").exists() and process.poll() is None:
                time.sleep(0.005)  # the core is the other's
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.startswith("loaded ")
    assert_all_is_held_once(settings)


def test_what_a_killed_load_left_pending_is_not_loaded_into_another_warehouse(tmp_path):
    settings = settings_in(tmp_path)
    land_round(settings, 0)
    load(settings)
    older = settings.warehouse.read_bytes()
    land_round(settings, 1)
    assert was_killed(start(die_before_the_ledger, settings.root), 60)
    settings.warehouse.with_name("warehouse.duckdb.wal").unlink(missing_ok=True)
    settings.warehouse.write_bytes(older)
    assert load(settings) == Loaded(files=2, rows=2 * STREAMS)
    assert_all_is_held_once(settings)


def test_landing_killed_at_any_step_leaves_whole_files_only(tmp_path):
    settings = settings_in(tmp_path)
    settings.landing.mkdir(parents=True)
    fewer, more = (steps_of(land_on, tmp_path / f"{count} counted", 0, count) for count in (2, 4))
    one = (more - fewer) // 2  # the first takes some more
    assert one > 3
    first = 0
    for number in range(KILLS):
        kill = Kill(fewer + number, 0.01 * (number % 3))
        assert was_killed(start(land_on, tmp_path, first, kill=kill)), kill
        first = len(landed_files(settings.landing))
    assert first > KILLS
    files, reasons = landed_since(settings.landing, ())
    assert reasons == {}
    assert len(files) == first
    assert {pq.read_metadata(file.path).num_rows for file in files} == {3_000}
    assert [file.record["observed_at"] for file in files] == [
        minutes(number).isoformat() for number in range(len(files))
    ]


def test_leftovers_of_killed_processes_are_ignored_and_removed_after_an_hour(tmp_path):
    settings = settings_in(tmp_path)
    folder = land_streams(settings, START, [stream(1)]).parent
    old, young = folder / ".a.parquet.77.tmp", folder / ".b.parquet.78.tmp"
    for leftover in (old, young):
        leftover.write_bytes(b"PAR1 half a file")
    an_hour_ago = time.time() - timedelta(minutes=61).total_seconds()
    os.utime(old, (an_hour_ago, an_hour_ago))
    assert load(settings) == Loaded(files=1, rows=1)
    assert not old.exists()
    assert young.exists()
