"""Tests that a run whose process was killed neither counts as running nor keeps others from the warehouse."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from ingestion.settings import Settings
from orchestration.dead_runs import end_dead_runs, runs_without_process
from orchestration.home import prepare_home
from tests.orchestration.homes import command, environment, run

# A run of a job that takes the warehouse's pool and keeps it; with an argument it lets go at once.
HOLDING = """
import sys, time
import dagster as dg
from orchestration.assets.ingest import WAREHOUSE_POOL

@dg.op(pool=WAREHOUSE_POOL)
def hold():
    print("holds", flush=True)
    time.sleep(0 if sys.argv[1:] else 600)

@dg.job(executor_def=dg.in_process_executor)
def holding():
    hold()

with dg.DagsterInstance.get() as instance:
    assert holding.execute_in_process(instance=instance).success
"""


def made(home: Path) -> Path:
    """Make a home that Dagster can work in."""
    prepare_home(Settings(_env_file=None, AIRTIME_HOME=home))
    return home


@contextmanager
def held(home: Path) -> Iterator[subprocess.Popen]:
    """Run a process whose run is in the midst of a step that has the warehouse."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING], env=environment(home), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "holds\n"
        yield process
    finally:
        kill(process)
        process.stdout.close()


@pytest.fixture(scope="module")
def dead(tmp_path_factory) -> Path:
    """Return a home with a run whose process was killed."""
    home = tmp_path_factory.mktemp("dead")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DAGSTER_HOME", "")  # making a home sets it
        with held(made(home)):
            return home


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home" / "dagster"))
    return tmp_path / "home"


@pytest.fixture
def killed(home, dead) -> Path:
    """Return a copy of that home, which a test may change."""
    return Path(shutil.copytree(dead, home))


@pytest.fixture
def holder(home) -> Iterator[subprocess.Popen]:
    with held(made(home)) as process:
        yield process


def kill(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()


def the_run(instance: dg.DagsterInstance) -> dg.DagsterRun:
    [found] = instance.get_runs()
    return found


def test_a_killed_run_counts_as_failed_and_the_next_one_gets_the_warehouse(killed):
    with dg.DagsterInstance.get() as instance:
        assert the_run(instance).status == dg.DagsterRunStatus.STARTED
        [dead] = end_dead_runs(instance)
        assert dead.run_id == the_run(instance).run_id
        assert the_run(instance).status == dg.DagsterRunStatus.FAILURE
        assert end_dead_runs(instance) == []
    subprocess.run(
        [sys.executable, "-c", HOLDING, "at once"], env=environment(killed), check=True, timeout=60
    )


def test_a_process_that_nobody_has_waited_for_yet_counts_as_gone(home, holder):
    holder.kill()
    os.waitid(os.P_PID, holder.pid, os.WEXITED | os.WNOWAIT)
    with dg.DagsterInstance.get() as instance:
        assert [dead.run_id for dead in end_dead_runs(instance)] == [the_run(instance).run_id]


def test_a_run_that_lives_is_left_alone_and_a_step_that_waits_for_the_warehouse_says_so(home, holder):
    with dg.DagsterInstance.get() as instance:
        assert end_dead_runs(instance) == []
        assert the_run(instance).status == dg.DagsterRunStatus.STARTED
        assert instance.event_log_storage.get_concurrency_run_ids() == {the_run(instance).run_id}
    waiting = subprocess.Popen(
        command("run", "build"),
        env=environment(home),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert any("waits until another run has done with the warehouse" in line for line in waiting.stderr)
    finally:
        kill(waiting)
        waiting.stderr.close()


def test_a_run_that_ended_well_after_it_was_listed_stays_so(home, monkeypatch):
    subprocess.run([sys.executable, "-c", HOLDING, "at once"], env=environment(made(home)), check=True)
    with dg.DagsterInstance.get() as instance:
        listed = instance.get_run_records()
        monkeypatch.setattr(instance, "get_run_records", lambda _: listed)
        assert end_dead_runs(instance) == []
        assert the_run(instance).status == dg.DagsterRunStatus.SUCCESS


def test_the_number_of_a_dead_process_that_another_one_got_since_is_no_sign_of_life(
    home, holder, monkeypatch
):
    monkeypatch.setattr("orchestration.dead_runs.CLOCK_SECONDS", -3600)
    with dg.DagsterInstance.get() as instance:
        assert [dead.run_id for dead in end_dead_runs(instance)] == [the_run(instance).run_id]


def test_the_sensor_ends_what_died_while_the_ui_runs(killed):
    with dg.DagsterInstance.get() as instance:
        said = runs_without_process(dg.build_sensor_context(instance=instance))
        assert said.skip_message == f"ended: {the_run(instance).run_id}"


def test_the_command_says_that_an_earlier_run_was_killed_and_begins_its_own(killed):
    done = run(killed, "run", "ingest", TWITCH_CLIENT_ID="", TWITCH_CLIENT_SECRET="")
    assert "an earlier run of holding was killed; it counts as failed now" in done.stderr
    assert "TWITCH_CLIENT_ID is not set" in done.stderr
