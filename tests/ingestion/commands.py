"""Runs `python -m ingestion` for tests, in a clean environment and an empty working folder."""

import os
import subprocess
from pathlib import Path

from tests.forking import python_m
from tests.places import PROJECT


def ingestion(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ingestion with this AIRTIME_HOME and return its code and what it printed."""
    home.parent.mkdir(parents=True, exist_ok=True)
    environment = clean_environment(home, **variables)
    return python_m("ingestion", *arguments, environment=environment, folder=home.parent)


def clean_environment(home: Path, **variables: str) -> dict[str, str]:
    """Return the least environment that a command needs."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "HOME": str(home.parent),
        "AIRTIME_HOME": str(home),
        **variables,
    }


def sentence(done: subprocess.CompletedProcess[str], code: int) -> str:
    """Return the one line that a failed command said, after making sure that it is one."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("Error: "), line
    return line.removeprefix("Error: ")
