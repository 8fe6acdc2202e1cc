"""Orchestration's commands, run in a home."""

import os
import subprocess
import sys
from pathlib import Path

from tests.forking import python_m

CLIENT = {"client_id": "an-id", "client_secret": "a-secret-nobody-may-read"}


def command(*arguments: str) -> list[str]:
    """Return the command line of `python -m orchestration`."""
    return [sys.executable, "-m", "orchestration", *arguments]


def environment(home: Path, **settings: str) -> dict[str, str]:
    """Return the environment in which airtime works in `home`."""
    return {**os.environ, "AIRTIME_HOME": str(home), "AIRTIME_CADENCE_MINUTES": "10", **settings}


def run(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess:
    """Run an orchestration command in a process of its own."""
    return python_m("orchestration", *arguments, environment=environment(home, **settings), seconds=600)
