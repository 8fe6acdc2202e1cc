"""Measures pages of Get Streams -> landed -> raw, next to DuckDB's own read_json over the same pages.

Run: python -m benchmarks.landing_and_loading compare [--pages 1000] [--repetitions 5]. Each measurement is a
process of its own; ours and DuckDB's take turns, so that a busy machine slows both.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import click
from rich.console import Console
from rich.table import Table

ROWS_A_PAGE = 100
START = datetime(2026, 3, 1, 20)
WORDS = [
    "ranked",
    "drops",
    "sub goal",
    "road to global",
    "chill",
    "first playthrough",
    "!merch",
    "finals",
    "24h",
]
TAGS = [
    "English",
    "Español",
    "Deutsch",
    "NoBackseating",
    "Chatty",
    "Vtuber",
    "Cozy",
    "FPS",
    "Chill",
    "Gaming",
]
LANGUAGES = ("en", "es", "de", "pt", "ru", "ja", "fr", "ko")


@click.group()
def cli() -> None:
    """Compare, or run one of the two measured ways."""


@cli.command()
@click.option("--pages", default=1000, show_default=True, help=f"Pages of {ROWS_A_PAGE} streams.")
@click.option("--repetitions", default=5, show_default=True, help="Runs of each way.")
def compare(pages: int, repetitions: int) -> None:
    """Measure both ways in turn and print seconds, peak memory, the ratio and the bytes on disk."""
    runs: dict[str, list[dict[str, float]]] = {"ours": [], "read_json": []}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "pages"
        write_pages(source, pages)
        for number in range(repetitions):
            for way, measured in runs.items():
                measured.append(_measure(way, source, Path(folder) / f"{way}{number}"))
    _show(runs, pages * ROWS_A_PAGE)


@cli.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("home", type=click.Path(path_type=Path))
def ours(source: Path, home: Path) -> None:
    """Pages -> Arrow -> one row per stream -> landed file -> dlt -> raw in a fresh warehouse."""
    began = time.perf_counter()
    from ingestion.crawl.streams import one_row_per_stream
    from ingestion.landing.files import CrawlRecord, land_crawl
    from ingestion.platforms.rows import shipped_rules
    from ingestion.settings import Settings
    from ingestion.warehouse.load import load

    imported = time.perf_counter()
    settings = Settings(_env_file=None, AIRTIME_HOME=home)
    paths = sorted(source.iterdir())
    streams, doubles = one_row_per_stream(
        [shipped_rules("twitch").table(json.loads(path.read_bytes())["data"], START)[0] for path in paths]
    )
    record = CrawlRecord(
        "twitch", START, START + timedelta(minutes=4), 300, True, "end", len(paths), len(streams), doubles, 0
    )
    landed = land_crawl(settings.landing, record, streams)
    on_disk = time.perf_counter()
    load(settings)
    ended = time.perf_counter()
    steps = {"imports": imported - began, "landing": on_disk - imported, "loading": ended - on_disk}
    sizes = {"landed": landed.stat().st_size, "raw": settings.warehouse.stat().st_size, "rows": len(streams)}
    click.echo(json.dumps(steps | sizes))


@cli.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("home", type=click.Path(path_type=Path))
def read_json(source: Path, home: Path) -> None:
    """Pages -> a table in a fresh DuckDB file, by DuckDB alone."""
    import duckdb

    home.mkdir()
    with duckdb.connect(home / "warehouse.duckdb") as connection:
        connection.execute(f"""
            create table streams as
            select unnest(stream) from (select unnest(data) as stream from read_json('{source}/*.json'))
        """)
        rows = connection.execute("select count(*) from streams").fetchone()[0]
    click.echo(json.dumps({"raw": (home / "warehouse.duckdb").stat().st_size, "rows": rows}))


def write_pages(folder: Path, pages: int) -> None:
    """Write pages of Get Streams in Helix's shape, the same at every run."""
    folder.mkdir()
    dice = random.Random(1)
    for page in range(pages):
        rows = [_stream(page * ROWS_A_PAGE + row, dice) for row in range(ROWS_A_PAGE)]
        body = {"data": rows, "pagination": {"cursor": f"cursor{page}"}}
        (folder / f"{page:05}.json").write_text(json.dumps(body, ensure_ascii=False))


def _stream(number: int, dice: random.Random) -> dict[str, Any]:
    game = min(int(dice.paretovariate(0.4)), 9999)
    login = f"streamer_{number * 7919 % 1_000_003}"
    return {
        "id": str(40_000_000_000 + number * 97),
        "user_id": str(100_000_000 + number * 7919 % 900_000_001),
        "user_login": login,
        "user_name": login.title(),
        "game_id": str(500_000 + game),
        "game_name": f"Game number {game}",
        "type": "live",
        "title": " ".join(dice.choices(WORDS, k=dice.randint(3, 14))) + f" #{dice.randrange(1000)}",
        "viewer_count": int(200_000 / (number + 1)),
        "started_at": f"{START - timedelta(seconds=dice.randrange(36_000)):%Y-%m-%dT%H:%M:%SZ}",
        "language": dice.choice(LANGUAGES),
        "thumbnail_url": f"https://static-cdn.jtvnw.net/previews-ttv/live_user_{login}-{{width}}x{{height}}.jpg",
        "tag_ids": [],
        "tags": dice.sample(TAGS, dice.randint(0, 6)) or None,
        "is_mature": False,
    }


def _measure(way: str, source: Path, home: Path) -> dict[str, float]:
    """Run one way in a process of its own; returns what it says, its seconds and its peak memory (bytes)."""
    command = [sys.executable, __file__, way.replace("_", "-"), str(source), str(home)]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said, usage = process.stdout.read(), _wait(process)
    return {
        **json.loads(said),
        "seconds": time.perf_counter() - began,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * 1024,
    }


def _wait(process: subprocess.Popen[str]) -> resource.struct_rusage:
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise click.ClickException(f"{process.args} failed with {process.returncode}")
    return usage


def _show(runs: dict[str, list[dict[str, float]]], rows: int) -> None:
    table = Table("way", "seconds min", "median", "max", "CPU s", "peak MB", title=f"{rows:,} streams")
    for way, measured in runs.items():
        seconds = [run["seconds"] for run in measured]
        figures = [
            f"{figure:.2f}"
            for figure in (
                min(seconds),
                median(seconds),
                max(seconds),
                median(run["cpu"] for run in measured),
            )
        ]
        table.add_row(way, *figures, f"{max(run['peak'] for run in measured) / 1e6:.0f}")
    console = Console()
    console.print(table)
    for line in _lines(runs):
        console.print(line, highlight=False)


def _lines(runs: dict[str, list[dict[str, float]]]) -> Iterator[str]:
    for figure in ("seconds", "cpu"):
        pairs = zip(runs["ours"], runs["read_json"], strict=True)
        ratio = median(ours[figure] / theirs[figure] for ours, theirs in pairs)
        yield f"ours / read_json, {figure}: {ratio:.2f} (median of the pairs)"
    for step in ("imports", "landing", "loading"):
        yield f"  {step}: {median(run[step] for run in runs['ours']):.2f} s"
    last = runs["ours"][-1]
    for place in ("landed", "raw"):
        yield f"bytes per observation, {place}: {last[place] / last['rows']:.1f}"


if __name__ == "__main__":
    cli()
