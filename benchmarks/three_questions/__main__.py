"""Measures the three questions of the original test over minute rows: airtime, DuckDB and others.

Run: python -m benchmarks.three_questions [--rows 50000000] [--only sqlite] [--limit-seconds 1200]
[--markdown]. Monthly unique streamers and hours broadcast; follower growth per month of those who primarily
stream FPS; publishers by hours watched per quarter. All give the same answers, or the benchmark fails. What
they may take for granted, and airtime does not: no row comes twice, nothing is blank, one row a minute.
"""

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Failed, TooSlow, measured
from benchmarks.three_questions import postgres as three_questions_postgres
from benchmarks.three_questions.rows import write_tables

CONTESTANTS = {
    "airtime": "load: import and load; build: dbt run; questions: select from the marts",
    "duckdb": "no load: the Parquet files are asked; build: day x streamer x game",
    "pandas": "load: the columns of Parquet, text as categories; build: day x streamer x game",
    "postgres": "load: COPY on every core, CSV made before; build: day x streamer x game",
    "sqlite": "load: sqlite3, no journal; build: a covering index, day x streamer x game",
}
NOTE = (
    "airtime checks and lands each row and computes all marts, not only these three answers: all eight "
    "periods, rankings with the ranks before, sessions, standard errors, peaks and coverage."
)
COLUMNS = ("", "load s", "build s", "questions s", "sum s", "rows a second", "peak MB", "time / airtime")
STEPS = ("load", "build", "questions")


@dataclass(frozen=True)
class Result:
    """One contestant's steps in seconds, peak memory in bytes and answers; or None, past the limit."""

    seconds: dict[str, float]
    peak: int
    answers: dict[str, list]


@click.command()
@click.option("--rows", default=50_000_000, show_default=True, type=click.IntRange(100_000, 200_000_000))
@click.option(
    "--only", multiple=True, type=click.Choice(list(CONTESTANTS)), help="Contestants; default: all."
)
@click.option("--limit-seconds", default=1200.0, show_default=True, help="When a contestant is ended.")
@click.option("--markdown", is_flag=True, help="Print the table for the documentation.")
def main(rows: int, only: tuple[str, ...], limit_seconds: float, markdown: bool) -> None:
    """Make the rows, let the contestants answer one after the other, compare, print."""
    console = Console(highlight=False, soft_wrap=True)
    names = [name for name in CONTESTANTS if name in only or not only]
    without = three_questions_postgres.missing()
    if "postgres" in names and without:
        console.print(f"postgres is left out: {without}")
        names.remove("postgres")
    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder) / "tables"
        tables.mkdir()
        write_tables(tables, rows, csv_parts=os.cpu_count() or 1)
        results = {name: _result(name, tables, limit_seconds) for name in names}
    _compare({name: result.answers for name, result in results.items() if result})
    _show(console, results, rows, limit_seconds, markdown)


def _result(name: str, tables: Path, limit: float) -> Result | None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", f"benchmarks.three_questions.{name}", str(tables), folder]
        try:
            run = measured(command, limit=limit)
        except TooSlow:
            return None
        except Failed as error:
            raise click.ClickException(f"{name} failed: {error}") from error
        found = json.loads((Path(folder) / "measured.json").read_text())
    return Result(found["seconds"], run.peak, found["answers"])


def _compare(answers: dict[str, dict[str, list]]) -> None:
    """Refuse answers that differ from the first contestant's in any row or figure, or that are none."""
    first = next(iter(answers), "")
    for name, theirs in answers.items():
        for question, rows in theirs.items():
            wrong = {tuple(row) for row in rows} ^ {tuple(row) for row in answers[first][question]}
            if wrong or not rows:
                few = sorted(wrong, key=str)[:4]
                raise click.ClickException(f"{name} and {first} differ on {question}, such as in {few}")


def _show(
    console: Console, results: dict[str, Result | None], rows: int, limit: float, markdown: bool
) -> None:
    airtime = results.get("airtime")
    whole = sum(airtime.seconds.values()) if airtime else None
    lines = [(name, *_figures(result, rows, limit, whole)) for name, result in results.items()]
    if markdown:
        for line in (COLUMNS, ["---"] * len(COLUMNS), *lines):
            console.print(f"| {' | '.join(line)} |", markup=False)
    else:
        table = Table(*COLUMNS, title=f"{rows:,} rows")
        for line in lines:
            table.add_row(*line)
        console.print(table)
    for name in results:
        console.print(f"{name}: {CONTESTANTS[name]}")
    agreed = [result for result in results.values() if result]
    if len(agreed) > 1:
        counts = ", ".join(f"{len(found):,} {question}" for question, found in agreed[0].answers.items())
        console.print(f"The same answers from {len(agreed)}, to the second and the follower: {counts}.")
    console.print(NOTE)


def _figures(result: Result | None, rows: int, limit: float, whole: float | None) -> list[str]:
    if result is None:
        least = f"> {limit / whole:.2f}" if whole else ""
        return ["", "", "", f"> {limit:,g}", f"< {rows / limit:,.0f}", "", least]
    seconds = sum(result.seconds.values())
    return [
        *(f"{result.seconds[step]:,.1f}" for step in STEPS),
        f"{seconds:,.1f}",
        f"{rows / seconds:,.0f}",
        f"{result.peak / 1e6:,.0f}",
        f"{seconds / whole:.2f}" if whole else "",
    ]


if __name__ == "__main__":
    main()
