"""Measures the HTTP API on 1,000,000 published ranking rows, with the load generator beside it.

Run: python -m benchmarks.api [--seconds 10]. wrk asks for the top 100 of 500 periods in 24 spellings, so
that no question comes twice. The server is warm. Prints requests per second, the median and the 99th
percentile of the time to answer, and the ratio to DuckDB answering the same SQL in process. Exit code 1
when a figure misses its claim.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import click
import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.api.served import FIRST_DAY, STREAMERS_RANKED, publish_rankings, served

ROWS = 1_000_000
DAYS = ROWS // STREAMERS_RANKED
LIMIT = 100
LEAST_PER_SECOND, MOST_P99_MS = 300, 100
SQL = """
    select * from published.marts.rank_streamers
    where platform = $platform and period = $period and period_start = $start
    order by rank nulls last, streamer_name, streamer_id
    limit $limit
"""
ASK_IN_TURN = """
local paths, asked = {}, 0
for path in io.lines("PATHS") do paths[#paths + 1] = path end
function request()
    asked = asked + 1
    if asked > #paths then wrk.thread:stop() end
    return wrk.format("GET", paths[(asked - 1) % #paths + 1])
end
"""
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


class Load(NamedTuple):
    """What wrk saw: requests per second, and milliseconds to answer."""

    per_second: float
    p50_ms: float
    p99_ms: float


def questions() -> list[dict[str, str]]:
    """Return the parameters of the top 100 of each day."""
    days = [FIRST_DAY + timedelta(days=number) for number in range(DAYS)]
    whole = {"platform": "twitch", "period": "day", "limit": str(LIMIT)}
    return [{**whole, "start": day.isoformat()} for day in days]


def spelled_differently() -> list[str]:
    """Return addresses, all different: every question with its parameters in every order."""
    return [
        "/v1/rankings/streamers?" + "&".join(f"{name}={question[name]}" for name in order)
        for order in permutations(questions()[0])
        for question in questions()
    ]


def wrk(url: str, seconds: float, connections: int, script: Path | None = None) -> Load:
    """Put load on an address.

    Raises:
        RuntimeError: an answer was none, or not the one that was asked for.
    """
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--latency"]
    done = subprocess.run(
        [*command, *(["-s", str(script)] if script else []), url], capture_output=True, text=True, check=True
    )
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(done.stdout)
    per_second = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
    times = [re.search(rf"{share}%\s+([\d.]+)(us|ms|s|m)", done.stdout) for share in (50, 99)]
    return Load(per_second, *(float(found[1]) * UNITS[found[2]] for found in times))


def in_process(published: Path, seconds: float) -> float:
    """Return how often a second DuckDB answers the same SQL here, rows fetched."""
    asked = questions()
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"attach '{published}' as published (read_only)")
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            rows = connection.execute(SQL, asked[count % len(asked)]).fetchall()
            assert len(rows) == LIMIT
            count += 1
        return count / (time.perf_counter() - began)


def shown(load: Load, alone: float) -> Table:
    """Return the figures as a table."""
    table = Table(title=f"top {LIMIT} of {ROWS:,} ranking rows", title_justify="left")
    for heading in ("", "requests/s", "p50 ms", "p99 ms", "of DuckDB in process"):
        table.add_column(heading, justify="left" if not heading else "right")
    figures = (f"{load.per_second:,.0f}", f"{load.p50_ms:.1f}", f"{load.p99_ms:.1f}")
    table.add_row("HTTP API", *figures, f"{load.per_second / alone:.2f}")
    table.add_row("DuckDB in process", f"{alone:,.0f}", f"{1000 / alone:.1f}", "", "1.00")
    return table


@click.command()
@click.option("--seconds", default=10.0, show_default=True, help="How long each load lasts.")
@click.option("--connections", default=8, show_default=True, help="Connections that ask at the same time.")
def main(seconds: float, connections: int) -> None:
    """Publish, serve, put load on it, and print the figures."""
    if not shutil.which("wrk"):
        raise click.ClickException("wrk is not installed; it is in Debian's package wrk")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        published = publish_rankings(home, days=DAYS)
        alone = in_process(published, seconds)
        addresses = spelled_differently()
        (home / "paths").write_text("\n".join(addresses))
        script = home / "ask.lua"
        script.write_text(ASK_IN_TURN.replace("PATHS", str(home / "paths")))
        with served(home) as server:
            wrk(server.url + addresses[-1], 1, connections)  # warms it up
            load = wrk(server.url, seconds, connections, script)
    Console().print(shown(load, alone))
    sys.exit(0 if load.per_second >= LEAST_PER_SECOND and load.p99_ms < MOST_P99_MS else 1)


if __name__ == "__main__":
    main()
