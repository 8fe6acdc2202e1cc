"""The command line of serving."""

import pytest
from click.testing import CliRunner

from serving.__main__ import main
from tests.serving.made_up import build


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRTIME_HOME", str(tmp_path))
    return lambda *arguments: CliRunner().invoke(main, arguments)


def test_publish_and_export_tell_what_they_did(run, tmp_path):
    build(tmp_path / "warehouse.duckdb")
    done = run("publish")
    assert done.exit_code == 0 and done.output.startswith("published 3 marts, 9 rows, version ")
    done = run("export")
    assert done.exit_code == 0 and done.output.startswith("exported 3 marts, ")
    assert (tmp_path / "exports/streamers/streamers.csv").exists()


@pytest.mark.parametrize("command", ["publish", "export"])
def test_a_fault_is_one_sentence_and_exit_code_2(run, command):
    done = run(command)
    assert done.exit_code == 2
    assert done.output.startswith("Error: ") and "is not there" in done.output
    assert done.output.count("\n") == 1
