"""A warehouse that others hold: who it is is said, and what has landed is loaded after."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest
from click.testing import CliRunner, Result

from ingestion.__main__ import cli
from ingestion.settings import Settings
from ingestion.warehouse import file as warehouse
from ingestion.warehouse.file import writing
from ingestion.warehouse.load import load
from tests.ingestion.landed_crawls import START, land_streams, rows_of, settings_in, stream

HOLD = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
sys.stdout.write("held")
sys.stdout.flush()
sys.stdin.read()
"""
LOAD = "import sys; from ingestion.__main__ import cli; cli(['load'])"


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.setenv("AIRTIME_HOME", str(tmp_path))
    monkeypatch.setattr(warehouse, "WAIT_SECONDS", 1.0)
    settings = settings_in(tmp_path)
    land_streams(settings, START, [stream(1)])
    duckdb.connect(settings.warehouse).close()
    return settings


@contextmanager
def held(settings: Settings, how: str) -> Iterator[subprocess.Popen]:
    """Hold the warehouse in another process until the block ends."""
    command = [sys.executable, "-c", HOLD, str(settings.warehouse), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.read(4) == b"held"
        yield holder
        holder.stdin.close()


def run(command: str) -> Result:
    return CliRunner().invoke(cli, [command])


@pytest.mark.parametrize("how", ["read", "write"])
@pytest.mark.parametrize("command", ["load", "enrich"])
def test_a_held_warehouse_is_said_with_the_holder(settings, how, command):
    with held(settings, how) as holder:
        done = run(command)
    assert done.exit_code == 3
    [line] = done.stderr.splitlines()
    assert line.startswith(f"Error: {settings.warehouse} is in use by process {holder.pid} (")
    assert line.endswith("close it and run the load again; nothing landed is lost")
    assert run("load").stdout == "loaded 1 rows of 1 files\n"


def test_a_warehouse_let_go_within_the_wait_is_loaded(settings, monkeypatch):
    monkeypatch.setattr(warehouse, "WAIT_SECONDS", 20.0)
    with held(settings, "write") as holder:
        command = [sys.executable, "-c", LOAD]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as loading:
            with pytest.raises(subprocess.TimeoutExpired):
                loading.wait(3)
            holder.stdin.close()
            assert loading.communicate()[0] == "loaded 1 rows of 1 files\n"


def test_nobody_can_open_the_warehouse_before_a_load_has_ended(settings):
    command = [sys.executable, "-c", HOLD, str(settings.warehouse), "read"]
    refused = []

    def try_to_open(done: int, total: int) -> None:
        tried = subprocess.run(command, input="", capture_output=True, text=True, check=False)
        refused.append("Conflicting lock is held" in tried.stderr)

    load(settings, try_to_open)
    assert refused == [True, True]
    assert rows_of(settings, "select id from raw.observations") == [{"id": "s1"}]


def test_two_loads_at_once_wait_for_each_other_and_load_once(settings):
    command = [sys.executable, "-c", LOAD]
    pair = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(process.communicate()[0] for process in pair)
    assert said == ["loaded 0 rows of 0 files\n", "loaded 1 rows of 1 files\n"]
    assert rows_of(settings, "select id from raw.observations") == [{"id": "s1"}]


def test_a_load_that_waits_in_vain_names_the_load_that_runs(settings):
    with writing(settings):
        tried = subprocess.run(
            [
                sys.executable,
                "-c",
                f"from ingestion.warehouse import file; file.WAIT_SECONDS = 0.5; {LOAD}",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    assert tried.returncode == 3
    assert tried.stderr.startswith("Error: a load or a build is running already (process ")
    assert run("load").stdout == "loaded 1 rows of 1 files\n"
