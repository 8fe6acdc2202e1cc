"""Orchestration's commands, run in a home."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg

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


def shown_of(home: Path, *path: str) -> dict[str, dg.MetadataValue]:
    """Return what the UI shows of an asset as it was last made."""
    with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        return instance.get_latest_materialization_event(dg.AssetKey(path)).asset_materialization.metadata
