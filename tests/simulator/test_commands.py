"""The simulator's command line, run as a process."""

import os
import re
import signal
import socket
import subprocess
import sys

import pytest
import requests

from ingestion.landing.files import landed_files
from tests.forking import python_m

SIMULATOR = (sys.executable, "-m", "simulator")


def _run(*arguments: str, home) -> subprocess.CompletedProcess[str]:
    return python_m("simulator", *arguments, environment={**os.environ, "AIRTIME_HOME": str(home)})


def test_past_lands_the_last_days_and_says_how_many(tmp_path):
    done = _run("past", "--days", "1", "--cadence-minutes", "60", "--streamers", "20", home=tmp_path)
    assert done.returncode == 0, done.stderr
    files = landed_files(tmp_path / "landing")
    crawls = [name for name in files if "crawls" in name.parts]
    assert 24 <= len(crawls) <= 48
    assert done.stdout.startswith(f"landed {len(crawls)} crawls")
    assert done.stderr.splitlines()[-1] == f"writing the past: {len(crawls)} of {len(crawls)} crawls"
    again = _run("past", "--days", "1", "--cadence-minutes", "60", "--streamers", "20", home=tmp_path)
    assert f"{len(crawls)} were there" in again.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_what_to_export_and_answers_until_told_to_stop(number):
    command = [*SIMULATOR, "serve", "--port", "0", "--streamers", "20", "--fault", "new_fields=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline() for _ in range(5)]
        exports = dict(re.fullmatch(r"export (\w+)=(\S+)\n", line).groups() for line in lines)
        form = {
            "client_id": exports["TWITCH_CLIENT_ID"],
            "client_secret": exports["TWITCH_CLIENT_SECRET"],
            "grant_type": "client_credentials",
        }
        token = requests.post(exports["TWITCH_TOKEN_URL"], data=form, timeout=10).json()["access_token"]
        headers = {"Client-Id": form["client_id"], "Authorization": f"Bearer {token}"}
        answer = requests.get(f"{exports['HELIX_URL']}/streams", headers=headers, timeout=10).json()
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert "trace" in answer and exports["IGDB_URL"].endswith("/v4")
    assert process.returncode == 0 and "Traceback" not in errors


def test_a_port_in_use_is_one_sentence_and_exit_code_2(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _run("serve", "--port", str(port), home=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and f"port {port} on 127.0.0.1 is in use" in done.stderr


@pytest.mark.parametrize("fault", ["zebra=1", "500", "500=x", "500=2"])
def test_a_fault_that_cannot_be_read_is_one_sentence_and_exit_code_2(tmp_path, fault):
    done = _run("serve", "--port", "0", "--fault", fault, home=tmp_path)
    assert done.returncode == 2 and done.stderr.count("\n") == 1


def test_a_home_that_cannot_be_written_is_one_sentence_and_exit_code_1(tmp_path):
    (tmp_path / "landing").write_text("a file where the folder should be")
    done = _run("past", "--days", "1", "--streamers", "5", home=tmp_path)
    assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
    assert str(tmp_path / "landing") in done.stderr


def test_a_setting_of_the_wrong_kind_is_one_sentence_and_exit_code_2(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRTIME_CADENCE_MINUTES", "often")
    done = _run("past", home=tmp_path)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "AIRTIME_CADENCE_MINUTES" in done.stderr and "often" in done.stderr
