"""Prints what is collected and what it costs to build, from one Twitch to ten at a crawl a minute.

Run: python -m benchmarks.scale [--builds-a-day 24] [--cores 8]. Nothing is measured here.
"""

import click
from rich.table import Table

from benchmarks.console import console
from benchmarks.scale.plan import volumes, work


@click.command()
@click.option("--builds-a-day", default=24, show_default=True, type=click.IntRange(1, 288))
@click.option("--cores", "machine", default=8, show_default=True, help="Of the machine for DuckDB.")
def main(builds_a_day: int, machine: int) -> None:
    """Print what is collected, what it costs to build, and the engine that suffices."""
    printed = console()
    for columns, *rows in (volumes(), work(builds_a_day, machine)):
        table = Table(*columns)
        for row in rows:
            table.add_row(*row)
        printed.print(table)


if __name__ == "__main__":
    main()
