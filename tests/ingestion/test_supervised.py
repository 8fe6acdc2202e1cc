"""A server that is told to end leaves none of its processes behind, however they were started."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

SERVER = """
import signal, subprocess, sys, time
if {is_stubborn}:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; print('ready', flush=True); time.sleep(600)"])
time.sleep(600)
"""
MARK = "AIRTIME_HOME"


IMPATIENT = "import sys; from ingestion.supervised import supervise; sys.exit(supervise(sys.argv[1:], 0.5))"


def supervised(script: str, home: Path, *by: str, **options: object) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *(by or ("-m", "ingestion.supervised")), sys.executable, "-c", script],
        env={**os.environ, MARK: str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def left(home: Path) -> list[psutil.Process]:
    """Return the processes that work in `home`."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(home):
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_one_that_is_told_to_end_ends_with_all_that_it_started(told: signal.Signals, tmp_path: Path):
    with supervised(SERVER.format(is_stubborn=False), tmp_path) as server:
        assert server.stdout.readline() == "ready\n"
        assert len(left(tmp_path)) == 3
        server.send_signal(told)
    assert (server.returncode, left(tmp_path)) == (0, [])


def test_one_that_was_started_with_nohup_outlives_its_terminal(tmp_path: Path):
    nohup = {"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)}
    script = "import sys; print('ready', flush=True); sys.stdin.readline(); sys.exit(7)"
    with supervised(script, tmp_path, stdin=subprocess.PIPE, **nohup) as server:
        assert server.stdout.readline() == "ready\n"
        server.send_signal(signal.SIGHUP)
        server.communicate("go on\n")
    assert server.returncode == 7


def test_one_that_does_not_want_to_end_is_killed_even_where_the_shell_has_it_ignore_ctrl_c(tmp_path: Path):
    ignoring = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    with supervised(SERVER.format(is_stubborn=True), tmp_path, "-c", IMPATIENT, **ignoring) as server:
        assert server.stdout.readline() == "ready\n"
        server.terminate()
    assert (server.returncode, left(tmp_path)) == (0, [])


def test_one_that_ends_by_itself_takes_along_what_it_left_and_says_how_it_ended(tmp_path: Path):
    script = SERVER.format(is_stubborn=False).rsplit("time.sleep", 1)[0] + "sys.exit(7)"
    with supervised(script, tmp_path) as server:
        server.communicate()
    assert (server.returncode, left(tmp_path)) == (7, [])
