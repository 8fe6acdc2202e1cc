"""Measures what one more day costs after 1, 30 and 90 days of history: its day grain, and all of `dbt run`.

Run: python -m benchmarks.growth [--days 1,30,90] [--streamers 30000]. Raw is made by SQL
(benchmarks/twitch_size.py). At each length the history is built, then `--repeats` further days are added and
built one at a time; what counts is the median of a day, against that at the first length.
"""

import json
import tempfile
import time
from itertools import count, islice
from pathlib import Path
from statistics import median

import click
from rich.table import Table

from benchmarks.console import console
from benchmarks.day_of_twitch import build
from benchmarks.twitch_size import Size, add_day, make_warehouse
from ingestion.settings import Settings

DAY_GRAIN = (
    "int_doubles",
    "int_stretches",
    "int_categories_by_crawl",
    "int_crawl_totals",
    "int_tag_peaks_daily",
    "int_category_peaks_daily",
    "int_streamer_category_days",
    "int_games_daily",
    "int_names_seen",
    "int_session_days",
    "int_sessions",
    "int_streamer_days",
)


@click.command()
@click.option("--days", "lengths", default="1,30,90", show_default=True)
@click.option("--streamers", default=30_000, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(1, 9))
def main(lengths: str, streamers: int, repeats: int) -> None:
    """Print seconds of a day, of its day grain and of all models, and their ratio to the first length."""
    size = Size(streamers=streamers)
    printed = console()
    headings = ("day grain s", "ratio", "models s", "ratio", "dbt run s", "ratio")
    table = Table("days before", "observations", *headings)
    first: tuple[float, ...] = ()
    with tempfile.TemporaryDirectory() as folder:
        settings, days, reached = make_warehouse(Path(folder), size), count(), 0
        for length in map(int, lengths.split(",")):
            for number in islice(days, max(length - reached, 0)):
                add_day(settings, size, number)
            build(settings)
            costs = []
            for number in islice(days, repeats):
                rows = add_day(settings, size, number)
                costs.append(_cost(settings))
            reached = max(length, reached) + repeats
            figures = tuple(median(values) for values in zip(*costs, strict=True))
            first = first or figures
            cells = [cell for pair in zip(figures, first, strict=True) for cell in _cells(*pair)]
            table.add_row(str(length), f"{rows:,}", *cells)
            printed.log(f"{length} days measured")
    printed.print(table)


def _cost(settings: Settings) -> tuple[float, float, float]:
    """Build; return the seconds of the models of the day grain, of all models, and of the whole command."""
    began = time.perf_counter()
    build(settings)
    whole = time.perf_counter() - began
    results = json.loads((settings.root / "target" / "run_results.json").read_text())["results"]
    seconds = {result["unique_id"].rpartition(".")[2]: result["execution_time"] for result in results}
    return sum(seconds[model] for model in DAY_GRAIN), sum(seconds.values()), whole


def _cells(seconds: float, first: float) -> tuple[str, str]:
    return f"{seconds:.1f}", f"{seconds / first:.2f}"


if __name__ == "__main__":
    main()
