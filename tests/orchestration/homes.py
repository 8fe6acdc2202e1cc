"""A home as a user has it after a few days, and the commands run in it."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulator.demo import credentials
from simulator.past import write_past
from simulator.server import serve
from simulator.truth.world import World
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


def simulated(home: Path) -> subprocess.CompletedProcess:
    """Write two days of past into `home`, then run every job against the simulator over HTTP."""
    world, now = World(seed=7, streamers=60), datetime.now(UTC).replace(tzinfo=None)
    write_past(world, home / "landing", now - timedelta(days=2), now, cadence_minutes=30)
    with serve(world, **CLIENT) as served:
        return run(home, "run", "ingest", "enrich", "build", **credentials(served, *CLIENT.values()))
