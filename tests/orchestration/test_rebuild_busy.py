"""A rebuild while somebody else holds the warehouse."""

import subprocess
import sys

import duckdb
import pytest
from click.testing import CliRunner
from filelock import FileLock

import ingestion.warehouse.file
import ingestion.warehouse.rebuild
from orchestration.__main__ import cli

HOLD = """
import duckdb, sys
with duckdb.connect(sys.argv[1]):
    sys.stdout.write("held\\n")
    sys.stdout.flush()
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def impatient(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("AIRTIME_HOME", str(tmp_path))
    monkeypatch.setattr(ingestion.warehouse.rebuild, "WAIT_SECONDS", 0.3)
    monkeypatch.setattr(ingestion.warehouse.file, "WAIT_SECONDS", 0.3)


def test_a_warehouse_in_use_is_said_in_one_sentence(tmp_path):
    warehouse = tmp_path / "warehouse.duckdb"
    duckdb.connect(warehouse).close()
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, warehouse], stdin=pipe, stdout=pipe, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        refused = CliRunner().invoke(cli, ["rebuild"])
        other.stdin.close()
    assert refused.exit_code == 3
    assert f"{warehouse} is in use by process {other.pid}" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_running_load_is_said_in_one_sentence(tmp_path):
    (tmp_path / "load.pid").write_text("4711")
    with FileLock(tmp_path / "load.lock"):
        refused = CliRunner().invoke(cli, ["rebuild"])
    assert refused.exit_code == 3
    assert "a load or a build is running already (process 4711)" in refused.stderr
