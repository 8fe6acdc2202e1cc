"""How near a crawl of a full Twitch comes to what the rate limit and the latency allow.

A server in a process of its own has 100,000 streams in pages of 100, answers after 200 ms and refuses
more than 800 calls a minute; its bucket is full at the start. 45 % of the streams are English. The
physical limit is the larger of the time in which the bucket gives as many points as there are pages, and
the largest language's pages one after the other.

Run: python -m benchmarks.crawl (six minutes). `--streams 20000` is a quick run, `--no-serial` leaves the
one chain out, `--even` has as many streams in each language, so that the bucket is the limit.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import pyarrow.parquet as pq
import requests
from rich.console import Console
from rich.table import Table

from benchmarks.streams_server import PAGE_ROWS, POINTS_A_MINUTE
from ingestion.clock import Deadline, utc_now
from ingestion.crawl.running import CrawlOutcome
from ingestion.platforms.calls import PlatformCalls
from ingestion.platforms.crawl import crawl as crawl_
from ingestion.platforms.credentials import variables_of
from ingestion.platforms.pages import Walk
from ingestion.platforms.reading import find_description
from ingestion.platforms.rows import shipped_rules
from ingestion.settings import Settings

PROJECT = Path(__file__).parents[1]
FULL = 100_000
MOST_RATIO, MOST_MEGABYTES, MOST_LANDED = 1.15, 500, 5
console = Console()


@dataclass(frozen=True)
class Server:
    """A server that runs: where, and what there is to crawl."""

    url: str
    streams: int
    largest: int

    def limit_seconds(self, latency: float, pages: int) -> float:
        """Return the least seconds that a crawl of so many pages can take."""
        refilled = max(pages - POINTS_A_MINUTE, 0) / (POINTS_A_MINUTE / 60)
        return max(refilled + latency, -(-self.largest // PAGE_ROWS) * latency)

    def settings(self, home: Path) -> Settings:
        """Return the settings of a home that collects from here."""
        return Settings(
            _env_file=None,
            AIRTIME_HOME=home,
            TWITCH_CLIENT_ID="benchmark",
            TWITCH_CLIENT_SECRET="benchmark",
            HELIX_URL=f"{self.url}/helix",
            TWITCH_TOKEN_URL=f"{self.url}/oauth2/token",
        )


@contextmanager
def serving(streams: int, latency: float, *, is_even: bool = False) -> Iterator[Server]:
    """Serve in a process of its own, with a full bucket."""
    command = [sys.executable, "-c", "from benchmarks.streams_server import main; main()"]
    command += ["--streams", str(streams), "--latency", str(latency), *(["--even"] if is_even else [])]
    process = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        facts = json.loads(process.stdout.readline())
        yield Server(f"http://127.0.0.1:{facts['port']}", facts["streams"], facts["largest"])
    finally:
        process.communicate()


def calls_a_second(streams: int) -> float:
    """Return how many pages a second the server itself can serve, so that it is not what is measured."""
    with serving(streams, 0.0) as server, ThreadPoolExecutor(8) as threads:
        started = time.perf_counter()
        sum(threads.map(_fetch_pages, [server.url] * 8))
        return 8 * 90 / (time.perf_counter() - started)


def _fetch_pages(url: str) -> int:
    with requests.Session() as session:
        return sum(len(session.get(f"{url}/helix/streams?language=en").content) for _ in range(90))


def serial_seconds(server: Server, home: Path) -> float:
    """Return the seconds that one chain over everything takes."""
    started = time.perf_counter()
    settings = server.settings(home)
    description = find_description(settings, "twitch")
    calls = PlatformCalls(
        description, variables_of(description, settings), settings, Deadline(utc_now, time.sleep)
    )
    pages = Walk(description, calls, shipped_rules("twitch"), {})
    assert sum(len(page) for page in pages) == server.streams
    return time.perf_counter() - started


def crawl(server: Server, home: Path) -> tuple[CrawlOutcome, float]:
    """Crawl once; return what has landed and the seconds, the landing included."""
    started = time.perf_counter()
    crawled = crawl_("twitch", server.settings(home), now=utc_now, deadline_seconds=600)
    seconds = time.perf_counter() - started
    assert crawled.record.is_complete, crawled.record.stop_reason
    assert crawled.record.streams == server.streams
    assert all(chain["stop_reason"] in ("end", "first page") for chain in crawled.record.chains)
    return crawled, seconds


def columns(path: Path) -> Table:
    """Return the bytes of each column of a landed file."""
    table = Table("column", "bytes on disk", title="What has landed")
    groups = pq.read_metadata(path)
    sizes: dict[str, int] = {}
    for group in range(groups.num_row_groups):
        for number in range(groups.num_columns):
            column = groups.row_group(group).column(number)
            name = column.path_in_schema.partition(".")[0]
            sizes[name] = sizes.get(name, 0) + column.total_compressed_size
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        table.add_row(name, f"{size:,}")
    return table


def results(title: str, measured: list[tuple[str, float, float | None]]) -> Table:
    """Return what was measured beside its targets."""
    table = Table("measured", "value", "at most", "", title=title)
    for name, value, most in measured:
        kept = "" if most is None else "[green]kept[/]" if value <= most else "[red]missed[/]"
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
        table.add_row(name, text, "" if most is None else f"{most:g}", kept)
    return table


@click.command()
@click.option("--streams", default=FULL, show_default=True, type=click.IntRange(1_000))
@click.option("--latency", default=0.2, show_default=True, help="Seconds a call.")
@click.option("--serial/--no-serial", default=True, help="Measure one chain over everything, too.")
@click.option("--even", is_flag=True, help="As many streams in each language.")
def main(streams: int, latency: float, serial: bool, even: bool) -> None:
    """Measure, print, and exit 1 when a target is missed."""
    rate = calls_a_second(streams)
    with tempfile.TemporaryDirectory() as home:
        with serving(streams, latency, is_even=even) as server:
            crawled, seconds = crawl(server, Path(home))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        measured = [
            ("server alone, calls a second", rate, None),
            ("calls", crawled.record.points_used, None),
            ("chains", len(crawled.record.chains) - 1, None),
            ("physical limit, seconds", server.limit_seconds(latency, crawled.record.pages), None),
            ("crawl, seconds", seconds, None),
            ("crawl / limit", seconds / server.limit_seconds(latency, crawled.record.pages), MOST_RATIO),
            ("peak memory, MB", peak, MOST_MEGABYTES),
            ("landed, MB", crawled.path.stat().st_size / 1e6, MOST_LANDED if streams == FULL else None),
        ]
        if serial:
            with serving(streams, latency, is_even=even) as server:
                alone = serial_seconds(server, Path(home))
            measured += [
                ("one serial chain, seconds", alone, None),
                ("serial / crawl", alone / seconds, None),
            ]
        console.print(results(f"One crawl of {streams:,} streams", measured))
        console.print(columns(crawled.path))
    sys.exit(any(most is not None and value > most for _, value, most in measured))


if __name__ == "__main__":
    main()
