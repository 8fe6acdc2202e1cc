"""The demonstration, run as a user runs it: a simulated past, three crawls and every job over real HTTP."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.forking import python_m

DAYS, STREAMERS = 2, 80
# every character that a shell, SQL, a URL or a template could take for its own, but for those refused
ODD_NAME = "a $HOME {{b}} é&;:@+|<>~!,()^`]-"


@dataclass(frozen=True)
class Demonstrated:
    """A home after its first demonstration, which nobody may change, and how that ended."""

    home: Path
    done: subprocess.CompletedProcess[str]


def demo(home: Path) -> subprocess.CompletedProcess[str]:
    """Run the demonstration in `home`."""
    size = ["--days", str(DAYS), "--streamers", str(STREAMERS)]
    environment = {**os.environ, "AIRTIME_HOME": str(home)}
    return python_m("simulator", "demo", *size, environment=environment, seconds=600)
