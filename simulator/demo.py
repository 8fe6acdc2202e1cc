"""The demonstration: a simulated past, three live crawls over HTTP, the whole job, the rankings."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingestion.exits import Refused, Stopped
from simulator.server import Served

CRAWLS = 3


class StepFailed(Stopped):
    """A step of the demonstration ended with an error, which it has printed itself."""


class NotADemo(Refused):
    """The folder holds crawls that no demonstration made; simulated ones would mix with them."""


def begin_demo(home: Path, landing: Path) -> bool:
    """Mark `home` as a demonstration's; return whether it is new and needs a past.

    Raises:
        NotADemo: there are crawls in it already, and not of a demonstration.
    """
    mark = home / "SIMULATED"
    if mark.exists():
        return False
    if landing.exists():
        raise NotADemo(
            f"{home} holds real data, which simulated data must not mix with: set another AIRTIME_HOME"
        )
    home.mkdir(parents=True, exist_ok=True)
    mark.write_text("Everything below this folder comes from the simulator.\n")
    return True


@dataclass(frozen=True)
class Steps:
    """Runs airtime's own commands one after the other, as a person with credentials would."""

    environment: dict[str, str]
    say: Callable[[str], None]

    def run(self, title: str, *command: str) -> None:
        """Run `python -m` with `command` and say how long it took.

        Raises:
            StepFailed: it ended with another exit code than 0.
        """
        self.say(f"{title}: python -m {' '.join(command)}")
        started = time.monotonic()
        done = subprocess.run([sys.executable, "-m", *command], env=self.environment, check=False)
        if done.returncode:
            raise StepFailed(f"{title} failed with exit code {done.returncode}: see above")
        self.say(f"{title}: {time.monotonic() - started:.0f} s")


def credentials(served: Served, client_id: str, client_secret: str) -> dict[str, str]:
    """Return the settings that make the collector talk to a simulator that is serving."""
    return {
        "HELIX_URL": served.helix_url,
        "TWITCH_TOKEN_URL": served.token_url,
        "IGDB_URL": served.igdb_url,
        "TWITCH_CLIENT_ID": client_id,
        "TWITCH_CLIENT_SECRET": client_secret,
    }


def run_demo(home: Path, cadence_minutes: int, simulator: dict[str, str], say: Callable[[str], None]) -> None:
    """Crawl three times, the last time within the job, then build, publish, export and print.

    Raises:
        StepFailed: one of the steps failed.
    """
    own = {"AIRTIME_HOME": str(home), "AIRTIME_CADENCE_MINUTES": str(cadence_minutes)}
    steps = Steps({**os.environ, **own, **simulator}, say)
    for crawl in range(1, CRAWLS):
        steps.run(f"crawl {crawl} of {CRAWLS}", "ingestion", "crawl")
    steps.run(
        f"crawl {CRAWLS} of {CRAWLS}, then the whole job", "orchestration", "run", "ingest", "enrich", "build"
    )
    steps.run("rankings", "serving", "rankings", "--limit", "10")
