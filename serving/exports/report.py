"""Writes the current rankings as one HTML file that needs nothing else: to be read, printed or mailed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from ingestion.disk import fsync
from serving.current_rankings import (
    Current,
    current_periods,
    publication_facts,
    published_rankings,
    ranked_rows,
)

TEMPLATE = Path(__file__).with_name("report.html.jinja")
# rows of a ranking, and (heading, column, how it is shown) after place, movement and name
Shown = tuple[tuple[str, str, str], ...]
WATCHED: Shown = (("hours watched", "hours_watched", "number"), ("share", "share", "bar"))
AVERAGE: Shown = (("average viewers", "average_viewers", "number"), ("peak", "peak_viewers", "number"))
CATEGORY: Shown = (*WATCHED, *AVERAGE, ("streamers", "unique_streamers", "number"))
OF_A_CATEGORY = (15, CATEGORY)
TABLES: dict[str, tuple[int, Shown]] = {
    "streamers": (
        25,
        (
            WATCHED[0],
            ("± error", "hours_watched_error", "number"),
            WATCHED[1],
            ("hours live", "hours_broadcast", "number"),
            *AVERAGE,
            ("main game", "main_game", "text"),
        ),
    ),
    "games": (20, CATEGORY),
    "languages": (10, CATEGORY),
    "follower_growth": (
        15,
        (
            ("followers before", "follower_base", "number"),
            ("now", "follower_last", "number"),
            ("gained", "followers_gained", "number"),
            ("growth", "follower_growth", "percent"),
        ),
    ),
}


@dataclass(frozen=True)
class Table:
    """A ranking to be shown: headings with whether numbers stand below, and rows of ready cells."""

    title: str
    headings: list[tuple[str, bool]]
    rows: list[list[Markup]]


def write_report(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the newest last_7_days of every platform; the same published marts give the same bytes."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        platforms=[(one, list(_tables(connection, one))) for one in current_periods(connection)],
        facts=list(publication_facts(connection)),
    )
    path.write_text(page + "\n", encoding="utf-8")
    fsync(path)


def _tables(connection: duckdb.DuckDBPyConnection, current: Current) -> Iterator[Table]:
    for ranking in published_rankings(connection):
        limit, shown = TABLES.get(ranking.name, OF_A_CATEGORY)
        first = [("#", "rank", "place"), ("moved", "rank_change", "move")]
        # follower growth has no earlier rank
        first = first[:1] if ranking.name == "follower_growth" else first
        columns = [*first, (ranking.named.removesuffix("_name"), ranking.named, "text"), *shown]
        rows = ranked_rows(connection, ranking, current, [column for _, column, _ in columns], limit)
        if rows:
            ways = [how for _, _, how in columns]
            largest = max((row[ways.index("bar")] or 0 for row in rows), default=0) if "bar" in ways else 0
            headings = [(heading, how != "text") for heading, _, how in columns]
            yield Table(ranking.title, headings, [_cells(row, ways, largest) for row in rows])


def _cells(row: tuple[Any, ...], ways: list[str], largest: float) -> list[Markup]:
    ranked = row[0] is not None
    return [_cell(value, how, ranked, largest) for value, how in zip(row, ways, strict=True)]


def _cell(value: Any, how: str, ranked: bool, largest: float) -> Markup:
    if how == "move":
        return _moved(value) if ranked else Markup("<td class=n></td>")
    if value is None:
        return Markup("<td class=n></td>")
    if how == "bar":
        width = 0 if not largest else 100 * value / largest
        bar = Markup('<span class=bar style="width:{:.1f}%"></span>').format(width)
        return Markup("<td class='n share'>{}{:.1%}</td>").format(bar, value)
    if how == "text":
        return Markup("<td>{}</td>").format(value)
    text = f"{value:.1%}" if how == "percent" else f"{value:,.0f}"
    return Markup("<td class=n>{}</td>").format(text)


def _moved(places: int | None) -> Markup:
    if places is None:
        return Markup("<td class='n new'>new</td>")
    if places == 0:
        return Markup("<td class='n same'>=</td>")
    way, arrow = ("up", "▲") if places > 0 else ("down", "▼")
    return Markup("<td class='n {}'>{} {}</td>").format(way, arrow, abs(places))
