"""How near a run over 10,000 items that are all due comes to what the declared rates allow.

A server in a process of its own answers after 200 ms. It is three services, asked side by side: fifty ids to
a call and 300 calls a minute, ten and 1,200, one and 3,000, which take 20 s each at the least. The last needs
ten calls at once.

Run: python -m benchmarks.tracking.due (half a minute). `--items 1000` is a quick run.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import pyarrow.parquet as pq

from benchmarks.console import console
from benchmarks.crawl import PROJECT, results
from ingestion.clock import utc_now
from ingestion.landing.files import landed_files
from ingestion.settings import Settings
from ingestion.sources.reading import read_catalogue
from ingestion.track.outcome import Outcome
from ingestion.track.running import run_due

FULL = 10_000
MOST_RATIO, MOST_MEGABYTES, MOST_SECONDS_TO_LAND = 1.2, 300, 5
DESCRIPTION = """\
title: {name}
client: {{base_url: "http://127.0.0.1:1", url_variable: {variable}}}
budget: {{calls_per_minute: {rate}}}
kinds:
  {name}.number:
    endpoint:
      {{path: numbers, params: {{id: "{{ids}}"}}, batch: {{size: {size}}}, data_selector: items, key: id}}
    metrics: {{total: {{path: total, sort: counter}}}}
    metadata: {{title: title}}
    schedule: {{every: 1h}}
"""


@dataclass(frozen=True)
class Service:
    """A service: its name, its share of the items, ids to a call, calls a minute."""

    name: str
    share: float
    size: int
    rate: int

    def items(self, items: int) -> list[str]:
        """Return the ids of its share of so many items."""
        return [f"{self.name}-{number}" for number in range(int(items * self.share))]

    def least_seconds(self, items: int, latency: float) -> float:
        """Return the least seconds in which its rate lets all calls out, and the last is answered."""
        calls = -(-len(self.items(items)) // self.size)
        return (calls - 1) * 60 / self.rate + latency

    def describe(self, home: Path, url: str) -> None:
        """Write its description, and let the environment lead to the server."""
        variable = f"{self.name.upper()}_URL"
        text = DESCRIPTION.format(name=self.name, variable=variable, rate=self.rate, size=self.size)
        (home / "kinds" / f"{self.name}.yml").write_text(text)
        os.environ[variable] = url


SERVICES = (
    Service("fifty", 0.5, 50, 300),
    Service("ten", 0.4, 10, 1200),
    Service("one", 0.1, 1, 3000),
)


@contextmanager
def serving(latency: float) -> Iterator[str]:
    """Serve in a process of its own; give the address."""
    command = [sys.executable, "-c", "from benchmarks.tracking.slow_server import main; main()"]
    command += ["--latency", str(latency)]
    process = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
    finally:
        process.communicate()


def prepared(home: Path, items: int, url: str) -> Settings:
    """Return the settings of a home in which all items are due."""
    (home / "kinds").mkdir(parents=True)
    rows = ["kind,id,label,until"]
    for service in SERVICES:
        service.describe(home, url)
        rows += [f"{service.name}.number,{one},," for one in service.items(items)]
    (home / "tracked.csv").write_text("\n".join(rows) + "\n")
    return Settings(_env_file=None, AIRTIME_HOME=home)


def run(settings: Settings) -> tuple[Outcome, float]:
    """Ask for everything once; return what was done and the seconds, the landing included."""
    started = time.perf_counter()
    outcome = run_due(settings, read_catalogue(settings), now=utc_now, deadline_seconds=600)
    return outcome, time.perf_counter() - started


def seconds_to_land(settings: Settings) -> float:
    """Return the longest time from an answer to its landing."""
    longest = 0.0
    for name in landed_files(settings.landing):
        path = settings.landing / name
        first = min(pq.read_table(path, columns=["answered_at"])["answered_at"].to_pylist())
        landed = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
        longest = max(longest, (landed - first).total_seconds())
    return longest


@click.command()
@click.option("--items", default=FULL, show_default=True, type=click.IntRange(100))
@click.option("--latency", default=0.2, show_default=True, help="Seconds a call.")
def main(items: int, latency: float) -> None:
    """Measure, print, and exit 1 when a target is missed."""
    with tempfile.TemporaryDirectory() as home, serving(latency) as url:
        settings = prepared(Path(home) / "home", items, url)
        outcome, seconds = run(settings)
        processor, to_land = time.process_time(), seconds_to_land(settings)
    if (outcome.asked, outcome.failed) != (items, 0):
        raise click.ClickException(f"asked for {outcome.asked:,}, of them {outcome.failed:,} not answered")
    least = max(one.least_seconds(items, latency) for one in SERVICES)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measured = [
        ("items asked for", outcome.asked, None),
        ("calls", outcome.calls, None),
        ("what the rates allow, seconds", least, None),
        ("run, seconds", seconds, None),
        ("run / what the rates allow", seconds / least, MOST_RATIO),
        ("processor time, imports included, seconds", processor, None),
        ("peak memory, MB", peak, MOST_MEGABYTES),
        ("longest from answer to landing, seconds", to_land, MOST_SECONDS_TO_LAND),
    ]
    console().print(results(f"One run over {items:,} items", measured))
    sys.exit(any(most is not None and value > most for _, value, most in measured))


if __name__ == "__main__":
    main()
