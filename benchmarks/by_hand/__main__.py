"""Measures one more day of all of Twitch: the models and the build job, next to a script written by hand.

Run: python -m benchmarks.by_hand [--days 30] [--streamers 300000] [--batch-days 3] [--history-memory 3GB]
[--home FOLDER] [--markdown]. With a folder the history is kept there, and the next run measures without
making it; larger batches in more memory make the same history sooner. The script is DuckDB SQL
(by_hand*.sql) that makes the same tables from the same raw rows, with its own sums per day. It is measured
publishing only the periods that the day touches, and all of them. Its tables have to equal the marts.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks.by_hand.compare import differences
from benchmarks.by_hand.home import Home
from benchmarks.measuring import Measured
from benchmarks.twitch_size import Size, make_warehouse
from ingestion.settings import Settings

COLUMNS = ("", "seconds", "peak MB", "/ by hand", "/ by hand, every period")
TARGETS = {"models": 0.9, "job": 1.6}
MEMORY_TARGET = 4_000_000_000


@click.command()
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 365), help="History.")
@click.option("--streamers", default=300_000, show_default=True, type=click.IntRange(1000, 1_000_000))
@click.option("--games", default=4000, show_default=True, type=click.IntRange(100, 100_000))
@click.option("--batch-days", default=3, show_default=True, help="Days of history that one dbt run builds.")
@click.option("--history-memory", default="3GB", show_default=True, help="What those dbt runs may take.")
@click.option("--home", "folder", type=click.Path(path_type=Path), help="Keep the history here.")
@click.option("--markdown", is_flag=True, help="Print the table for the documentation.")
def main(
    days: int,
    streamers: int,
    games: int,
    batch_days: int,
    history_memory: str,
    folder: Path | None,
    markdown: bool,
) -> None:
    """Make the history, add a day, measure, compare, print."""
    console = Console(highlight=False, soft_wrap=True)
    size = Size(streamers=streamers, games=games)
    with nullcontext(folder) if folder else tempfile.TemporaryDirectory() as root:
        home = _home(Path(root) / f"{days}-{streamers}-{games}", size)
        if not (home.history / home.settings.warehouse.name).exists():
            _make_history(home, days, batch_days, history_memory, console)
        elif not home.is_of_these_models():
            home.restore(home.file, home.settings.warehouse)
            home.forget_models()
            _make_history(home, days, batch_days, history_memory, console)
        rows, runs, seconds, compared = _measure(home, days)
    title = f"One day of {rows:,} observations after {days} days"
    _show(console, title, list(_lines(runs, seconds)), markdown)
    console.print(f"by hand and by dbt, in the job too: the same tables ({compared:,} rows compared).")
    for sentence in _verdicts(runs, seconds):
        console.print(sentence)


def _home(root: Path, size: Size) -> Home:
    settings = Settings(AIRTIME_HOME=root, AIRTIME_CADENCE_MINUTES=size.cadence_seconds // 60)
    return Home(settings if settings.warehouse.exists() else make_warehouse(root, size), size)


def _make_history(home: Home, days: int, batch_days: int, memory: str, console: Console) -> None:
    """Add and build what `home` lacks of `days` days."""
    for number in range(home.days(), days):
        home.add(number)
        if (number + 1) % batch_days == 0:
            _build(home, f"{number + 1} of {days} days", memory, console)
    _build(home, "all of it", memory, console)
    # the measured job is not the first one: dbt and Dagster have their files, a copy is published
    home.job()
    home.keep()


def _build(home: Home, what: str, memory: str, console: Console) -> None:
    took = home.dbt(memory)
    home.script(home.file)
    console.print(f"history: {what}, dbt {took.seconds:.0f} s, {took.peak / 1e6:,.0f} MB", style="dim")


def _measure(home: Home, days: int) -> tuple[int, dict[str, Measured], float, int]:
    """Return the day's observations, each run's measures, the models' seconds, and the rows compared."""
    home.restore(home.file, home.settings.warehouse)
    again = Path(shutil.copyfile(home.file, home.file.with_name("again.duckdb")))
    rows = home.add(days)
    runs = {"dbt run": home.dbt()}
    seconds = home.model_seconds()
    runs["by hand"] = home.script(home.file)
    runs["by hand, every period"] = home.script(again, "--all-periods")
    compared = _compare(home, home.file) + _compare(home, again)
    home.restore(home.settings.warehouse)
    home.add(days)
    runs["job"] = home.job()
    return rows, runs, seconds, compared + _compare(home, home.file)


def _compare(home: Home, file: Path) -> int:
    """Return the number of compared rows.

    Raises:
        ClickException: a mart differs.
    """
    rows, found = differences(home.settings.warehouse, file)
    if found or not rows:
        raise click.ClickException("the tables differ:\n" + "\n".join(found))
    return rows


def _lines(runs: dict[str, Measured], model_seconds: float) -> Iterator[list[str]]:
    scripts = [runs["by hand"].seconds, runs["by hand, every period"].seconds]
    measures = [
        ("SQL of all models, from the first to the last", model_seconds, runs["dbt run"].peak),
        ("dbt run", runs["dbt run"].seconds, runs["dbt run"].peak),
        ("build job: Dagster, dbt, tests, publishing", runs["job"].seconds, runs["job"].peak),
        *((name, runs[name].seconds, runs[name].peak) for name in ("by hand", "by hand, every period")),
    ]
    for name, seconds, peak in measures:
        ratios = [f"{seconds / script:.2f}" for script in scripts]
        yield [name, f"{seconds:,.1f}", f"{peak / 1e6:,.0f}", *ratios]


def _show(console: Console, title: str, lines: list[list[str]], markdown: bool) -> None:
    if markdown:
        console.print(f"{title}:\n")
        for line in (COLUMNS, ["---"] * len(COLUMNS), *lines):
            console.print(f"| {' | '.join(line)} |", markup=False)
        return
    table = Table(*COLUMNS, title=title)
    for line in lines:
        table.add_row(*line)
    console.print(table)


def _verdicts(runs: dict[str, Measured], model_seconds: float) -> Iterator[str]:
    """Say of each target whether it is met, against the faster script and the other."""
    for name, seconds in (("models", model_seconds), ("job", runs["job"].seconds)):
        ratios = [seconds / runs[script].seconds for script in ("by hand", "by hand, every period")]
        met = " and ".join("met" if ratio <= TARGETS[name] else "missed" for ratio in ratios)
        yield f"{name}: at most {TARGETS[name]} times the script: {ratios[0]:.2f} and {ratios[1]:.2f}, {met}"
    peak = max(runs["dbt run"].peak, runs["job"].peak)
    met = "met" if peak <= MEMORY_TARGET else "missed"
    yield f"memory: at most {MEMORY_TARGET / 1e9:.0f} GB: {peak / 1e9:.2f} GB, {met}"


if __name__ == "__main__":
    main()
