"""Prints rankings of the published copy: text in columns, which a terminal shows and a pipe passes on."""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from rich.cells import cell_len, set_cell_size

from serving.catalogue import RANKINGS
from serving.current_rankings import Current, current_periods
from serving.published import reading

BETWEEN = "  "
CUT = "…"
LEAST_SHOWN = 3  # rank, change of rank, name
# What a terminal would take for an order or a line's end.
NOT_PRINTED = ("Cc", "Zl", "Zp")
# heading, column, format
Columns = Sequence[tuple[str, str, str]]

WATCHED: Columns = (("watched h", "hours_watched", "{:,.0f}"), ("share", "share", "{:.1%}"))
AVERAGE: Columns = (("avg", "average_viewers", "{:,.0f}"), ("peak", "peak_viewers", "{:,}"))
LIVE: Columns = (("live h", "hours_broadcast", "{:,.0f}"),)
PRINTED: dict[str, Columns] = {
    "streamers": (*WATCHED, *LIVE, *AVERAGE, ("main game", "main_game", "{}")),
    "games": (*WATCHED, *LIVE, *AVERAGE, ("streamers", "unique_streamers", "{:,}")),
    "publishers": (*WATCHED, *LIVE, *AVERAGE, ("streamers", "unique_streamers", "{:,}")),
}


class Column(NamedTuple):
    """A column of text: its heading and cells, and whether they are names, which may be cut."""

    heading: str
    cells: list[str]
    is_name: bool

    @property
    def width(self) -> int:
        """The cells of a terminal that its widest text takes: two for a character such as 語."""
        return max(map(cell_len, (self.heading, *self.cells)))


def rankings(published: Path, period: str, limit: int, width: int | None = None) -> Iterator[str]:
    """Yield the lines of a table per platform and ranking: the newest `period`, `limit` rows each.

    In a terminal of `width` cells names are cut where that helps, and columns that find no room even so
    are left out, which a line says; figures are never cut. Without a width everything is shown.

    Raises:
        CannotServe: nothing has been published yet, or it cannot be read.
    """
    with reading(published) as connection:
        for found in current_periods(connection, period):
            for ranking, columns in PRINTED.items():
                columns = (
                    ("#", "rank", "{}"),
                    ("+/-", "rank_change", "{:+}"),
                    (ranking[:-1], RANKINGS[ranking].named, "{}"),
                    *columns,
                )
                rows = _rows(connection, period, found, ranking, [column for _, column, _ in columns], limit)
                yield f"{found.platform} {ranking}, {period}: {found.dates}, coverage {found.covered}"
                yield from in_columns(
                    [_column(*column, rows, at) for at, column in enumerate(columns)], width
                )
                yield ""


def in_columns(columns: Sequence[Column], width: int | None) -> Iterator[str]:
    """Yield the lines of a table, at most `width` cells wide if its first LEAST_SHOWN columns can be."""
    room = math.inf if width is None else width
    fitting = (_fitting(columns[:count], room) for count in range(len(columns), LEAST_SHOWN, -1))
    widths = next(filter(None, fitting), [column.width for column in columns[:LEAST_SHOWN]])
    shown = columns[: len(widths)]
    for texts in zip(*([column.heading, *column.cells] for column in shown), strict=True):
        yield BETWEEN.join(map(_padded, texts, widths, shown)).rstrip()
    if left_out := [column.heading for column in columns[len(shown) :]]:
        yield f"({', '.join(left_out)}: in a wider terminal)"


def _fitting(columns: Sequence[Column], room: float) -> list[int]:
    """Return the columns' widths once names are cut, the widest first; [] where that is not enough."""
    widths = [column.width for column in columns]
    while sum(widths) + len(BETWEEN) * (len(widths) - 1) > room:
        names = [at for at, one in enumerate(columns) if one.is_name and widths[at] > cell_len(one.heading)]
        if not names:
            return []
        widths[max(names, key=lambda at: widths[at])] -= 1
    return widths


def _padded(text: str, width: int, column: Column) -> str:
    if not column.is_name:
        return " " * (width - cell_len(text)) + text
    return set_cell_size(text if cell_len(text) <= width else set_cell_size(text, width - 1) + CUT, width)


def _column(heading: str, column: str, form: str, rows: Sequence[tuple[Any, ...]], at: int) -> Column:
    cells = ["" if row[at] is None else form.format(row[at]) for row in rows]
    printed = ["".join(" " if unicodedata.category(c) in NOT_PRINTED else c for c in cell) for cell in cells]
    return Column(heading, printed, is_name=at == 2 or column == "main_game")


def _rows(
    connection: duckdb.DuckDBPyConnection,
    period: str,
    found: Current,
    ranking: str,
    columns: list[str],
    limit: int,
) -> list[tuple[Any, ...]]:
    return connection.execute(
        f"""
        select {", ".join(columns)} from marts.rank_{ranking}
        where platform = $platform and period = $period and period_start = $start and rank <= $limit
        order by rank, {columns[2]}
        """,
        {"platform": found.platform, "period": period, "start": found.start, "limit": limit},
    ).fetchall()
