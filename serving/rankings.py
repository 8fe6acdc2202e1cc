"""Prints rankings of the published copy as tables in the terminal."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
from rich import box
from rich.table import Table

from serving.errors import CannotServe
from serving.report_rankings import Current, current_periods

NAME_WIDTH = 13
# heading, column, format
Columns = Sequence[tuple[str, str, str]]

WATCHED: Columns = (("watched h", "hours_watched", "{:,.0f}"), ("share", "share", "{:.1%}"))
AVERAGE: Columns = (("avg", "average_viewers", "{:,.0f}"), ("peak", "peak_viewers", "{:,}"))
LIVE: Columns = (("live h", "hours_broadcast", "{:,.0f}"),)
RANKINGS: dict[str, tuple[str, Columns]] = {
    "streamers": ("streamer_name", (*WATCHED, *LIVE, *AVERAGE, ("main game", "main_game", "{}"))),
    "games": ("game_name", (*WATCHED, *LIVE, *AVERAGE, ("streamers", "unique_streamers", "{:,}"))),
    "publishers": ("publisher", (*WATCHED, *LIVE, *AVERAGE, ("streamers", "unique_streamers", "{:,}"))),
}


def rankings(published: Path, period: str, limit: int) -> Iterator[Table]:
    """Yield a table per platform and ranking: the newest `period`, `limit` rows each.

    Raises:
        CannotServe: nothing has been published yet.
    """
    if not published.exists():
        raise CannotServe(f"{published} is not there yet; run `make demo`, `make run` or `make import` first")
    with duckdb.connect(published, read_only=True) as connection:
        for found in current_periods(connection, period):
            for ranking, (name, columns) in RANKINGS.items():
                yield _table(connection, period, found, ranking, name, columns, limit)


def _table(
    connection: duckdb.DuckDBPyConnection,
    period: str,
    found: Current,
    ranking: str,
    name: str,
    columns: Columns,
    limit: int,
) -> Table:
    formats = ("{}", "{:+}", "{}", *(form for _, _, form in columns))
    rows = _rows(connection, period, found, ranking, [name, *(column for _, column, _ in columns)], limit)
    cells = [[_cell(form, value) for form, value in zip(formats, row, strict=True)] for row in rows]
    title = f"{found.platform} {ranking}, {period}: {found.start} to {found.end}, coverage {found.covered}"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    headings = ("#", "+/-", ranking[:-1], *(heading for heading, _, _ in columns))
    for heading, *column in zip(headings, *cells, strict=True):
        # names are cut, numbers never
        is_name = heading in (ranking[:-1], "main game")
        width = max(len(text) for text in (heading, *column))
        table.add_column(
            heading,
            justify="left" if is_name else "right",
            width=min(width, NAME_WIDTH) if is_name else width,
            no_wrap=True,
        )
    for row in cells:
        table.add_row(*row)
    return table


def _rows(
    connection: duckdb.DuckDBPyConnection,
    period: str,
    found: Current,
    ranking: str,
    columns: list[str],
    limit: int,
) -> list[tuple]:
    return connection.execute(
        f"""
        select rank, rank_change, {", ".join(columns)} from marts.rank_{ranking}
        where platform = $platform and period = $period and period_start = $start and rank <= $limit
        order by rank, {columns[0]}
        """,
        {"platform": found.platform, "period": period, "start": found.start, "limit": limit},
    ).fetchall()


def _cell(form: str, value: object) -> str:
    return "" if value is None else form.format(value)
