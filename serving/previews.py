"""What Dagster shows of the warehouse: types of columns, rows of marts, the first rows of rankings."""

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from serving.catalogue import Ranking
from serving.current_rankings import current_periods, published_rankings, ranked_rows
from serving.publish import MARTS, attached

FIRST_ROWS = 10
HEADINGS = ("#", "moved", "name", "hours watched", "share")
GROWTH_HEADINGS = ("#", "name", "followers gained", "growth")


@dataclass(frozen=True)
class MartPreview:
    """A mart as it is now: its rows, and of a ranking the first of them as a Markdown table."""

    rows: int
    preview: str | None


def column_types(warehouse: Path, *, wait_seconds: float = 60) -> dict[tuple[str, str], dict[str, str]]:
    """Return the columns' types of every table and view, by schema and name; nothing without a warehouse.

    Raises:
        CannotServe: another process has held the warehouse for `wait_seconds`.
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    if warehouse.exists():
        with attached(warehouse, ":memory:", wait_seconds) as connection:
            rows = connection.execute(
                "select schema_name, table_name, column_name, data_type from duckdb_columns()"
                " where database_name = 'warehouse' order by table_oid, column_index"
            ).fetchall()
        for schema, table, column, type_ in rows:
            found.setdefault((schema, table), {})[column] = type_
    return found


def mart_previews(warehouse: Path, *, wait_seconds: float = 60) -> dict[str, MartPreview]:
    """Return how each mart of the warehouse looks.

    Raises:
        CannotServe: there is no warehouse, or another process has held it for `wait_seconds`.
    """
    with attached(warehouse, ":memory:", wait_seconds) as connection:
        connection.execute("use warehouse")
        marts = connection.execute(MARTS).fetchall()
        previews = {ranking.mart: _preview(connection, ranking) for ranking in published_rankings(connection)}
        return {mart: MartPreview(_rows(connection, mart), previews.get(mart)) for (mart,) in marts}


def _rows(connection: duckdb.DuckDBPyConnection, mart: str) -> int:
    rows: int
    [(rows,)] = connection.execute(f'select count(*) from marts."{mart}"').fetchall()
    return rows


def _preview(connection: duckdb.DuckDBPyConnection, ranking: Ranking) -> str:
    grows = ranking.name == "follower_growth"
    measures = ["followers_gained", "follower_growth"] if grows else ["hours_watched", "share"]
    columns = ["rank", *([] if grows else ["rank_change"]), ranking.named, *measures]
    headings = GROWTH_HEADINGS if grows else HEADINGS
    parts = []
    for current in current_periods(connection):
        rows = ranked_rows(connection, ranking, current, columns, FIRST_ROWS)[:FIRST_ROWS]
        cells = [[_cell(name, value) for name, value in zip(columns, row, strict=True)] for row in rows]
        ruler = ["---" if heading == "name" else "---:" for heading in headings]
        table = "\n".join(f"| {' | '.join(line)} |" for line in (headings, ruler, *cells))
        title = f"**{_escaped(current.platform)}, {current.dates}**, coverage {current.covered}"
        parts.append(f"{title}\n\n{table}" if rows else f"{title}\n\nnobody yet")
    return "\n\n".join(parts) or "nobody yet"


def _cell(column: str, value: str | float | None) -> str:
    if value is None:
        return "new" if column == "rank_change" else ""
    if isinstance(value, str):
        return _escaped(value)
    if column == "rank_change":
        return f"{value:+}" if value else "="
    return f"{value:.1%}" if column in ("share", "follower_growth") else f"{value:,.0f}"


def _escaped(name: str) -> str:
    """Return a name that Markdown and HTML leave as it is, on one line."""
    return re.sub(r"([^\w\s])", r"\\\1", " ".join(name.split()))
