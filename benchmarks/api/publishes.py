"""Publishes 20 times while callers ask the HTTP API, and looks for what must not happen.

Run: python -m benchmarks.api.publishes [--publishes 20]. Each publish marks all its rows with its number.
Prints how many requests failed, how many answers mixed rows of two publishes, how often a version was older
than one that had been answered before, and the server's open files before and after; exit code 1 when any
is wrong.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

import click
import requests
from rich.console import Console
from rich.table import Table

from benchmarks.api.served import Server, publish_rankings, served

DAYS = 10
CALLERS = 6
QUESTIONS = (
    "/v1/rankings/streamers",
    "/v1/rankings/streamers?limit=1000",
    "/v1/rankings/streamers?period=day&limit=50&offset={turn}",
    "/v1/rankings/streamers?format=json&offset={turn}",
    "/v1/periods",
)
SETTLE_SECONDS = 1.0


@dataclass
class Seen:
    """What the callers saw: (began, ended, number of the publish) of each answer, and what went wrong."""

    answers: list[tuple[float, float, int]] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    mixed: int = 0

    def note(self, began: float, response: requests.Response) -> None:
        """Take one answer into account."""
        if response.status_code != 200:
            self.failed.append(f"{response.status_code} {response.text[:200]}")
            return
        answer = response.json()
        version = answer["meta"]["version"]
        marks = {row["followers_gained"] for row in answer["data"] if "followers_gained" in row}
        if len(marks) > 1 or response.headers["Airtime-Version"] != version:
            self.mixed += 1
        for mark in marks:
            self.answers.append((began, time.monotonic(), mark))
            self.mixed += self.versions.setdefault(version, mark) != mark


def times_back(answers: Sequence[tuple[float, float, int]]) -> int:
    """Return how many answers are older than one that had ended before they were asked for."""
    by_end = sorted((ended, mark) for _, ended, mark in answers)
    newest = list(accumulate((mark for _, mark in by_end), max))
    back, ended_before = 0, 0
    for began, _, mark in sorted(answers):
        while ended_before < len(by_end) and by_end[ended_before][0] < began:
            ended_before += 1
        back += ended_before > 0 and mark < newest[ended_before - 1]
    return back


def call(url: str, seen: Seen, is_over: threading.Event) -> None:
    """Ask one question after the other until it is over."""
    turn = 0
    with requests.Session() as session:
        while not is_over.is_set():
            turn += 1
            began = time.monotonic()
            address = url + QUESTIONS[turn % len(QUESTIONS)].format(turn=turn % 900)
            try:
                seen.note(began, session.get(address, timeout=30))
            except requests.RequestException as error:
                seen.failed.append(repr(error))


def publish_under_load(home: Path, server: Server, publishes: int) -> Seen:
    """Publish so many times while callers ask; return what they saw."""
    seen, is_over = Seen(), threading.Event()
    callers = [threading.Thread(target=call, args=(server.url, seen, is_over)) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    for number in range(1, publishes + 1):
        publish_rankings(home, days=DAYS, mark=number)
    time.sleep(SETTLE_SECONDS)
    is_over.set()
    for caller in callers:
        caller.join()
    return seen


def copies_open(server: Server) -> list[str]:
    """Return the published copies that the server has open, replaced ones among them."""
    return [name for name in server.handles() if "airtime.duckdb" in name]


@click.command()
@click.option("--publishes", default=20, show_default=True, help="How often to publish.")
def main(publishes: int) -> None:
    """Publish under load and print what was seen."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        publish_rankings(home, days=DAYS, mark=0)
        with served(home) as server:
            requests.get(server.url + QUESTIONS[0], timeout=30).raise_for_status()
            before, copies_before = len(server.handles()), len(copies_open(server))
            seen = publish_under_load(home, server, publishes)
            requests.get(server.url + QUESTIONS[0], timeout=30).raise_for_status()
            time.sleep(SETTLE_SECONDS)
            after, copies = len(server.handles()), copies_open(server)
    wrong = {
        "requests that failed": len(seen.failed),
        "answers that mix versions": seen.mixed,
        "versions that went back": times_back(seen.answers),
        "versions that never came": publishes - max(mark for _, _, mark in seen.answers),
        "published copies left open": len(copies) - copies_before,
        "replaced copies left open": sum("(deleted)" in name for name in copies),
    }
    figures = {"answers": len(seen.answers), "open files before": before, "open files after": after}
    Console().print(shown(publishes, {**figures, **wrong}), *seen.failed[:3], sep="\n")
    sys.exit(1 if any(wrong.values()) else 0)


def shown(publishes: int, figures: dict[str, int]) -> Table:
    """Return the figures as a table."""
    table = Table("", title=f"{publishes} publishes under load", title_justify="left", show_header=False)
    table.add_column("", justify="right")
    for name, count in figures.items():
        table.add_row(name, f"{count:,}")
    return table


if __name__ == "__main__":
    main()
