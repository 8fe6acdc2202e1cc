"""Writes the current rankings as an Excel workbook: one sheet per ranking, one that says what they are."""

from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from serving.catalogue import Ranking
from serving.current_rankings import (
    Current,
    current_periods,
    newest_crawl,
    publication_facts,
    published_rankings,
    ranked_rows,
)
from serving.schema import Column, schemas_of

MOST_ROWS = 1000
HEADING_ROW = 2
WIDEST, NARROWEST = 40, 7
SHOWN = {
    "hours": "#,##0.0",
    "share, 0 to 1": "0.0%",
    "ratio, 0.1 is 10 %": "0.0%",
    "places": "+0;-0;0",
    "viewers per channel": "#,##0.0",
    "channels": "#,##0.0",
    "date": "yyyy-mm-dd",
    "UTC": "yyyy-mm-dd hh:mm",
}
# columns that say the same in every row of a sheet are said once above it
SAID_ONCE = ("period", "period_end", "is_closed")
# nothing that a streamer calls himself may become a formula or a link
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Sheet:
    """A worksheet to fill, and the formats of its book by number format."""

    worksheet: Worksheet
    heading: Format
    formats: dict[str, Format]


def write_workbook(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the newest last_7_days of every platform; the same published marts give the same bytes."""
    content = BytesIO()  # so that a full disk is met by an ordinary write
    with xlsxwriter.Workbook(content, {"in_memory": True, "nan_inf_to_errors": True, **AS_TEXT}) as book:
        book.set_properties({"title": "airtime rankings", "created": newest_crawl(connection)})
        heading = book.add_format({"bold": True, "bg_color": "#E8EAF0", "bottom": 1, "text_wrap": True})
        formats = {shown: book.add_format({"num_format": shown}) for shown in ("#,##0", *SHOWN.values())}
        current = current_periods(connection)
        _about(Sheet(book.add_worksheet("about"), heading, formats), connection, current)
        for ranking in published_rankings(connection) if current else []:
            worksheet = book.add_worksheet(ranking.title.lower())
            _ranking(Sheet(worksheet, heading, formats), connection, ranking, current)
    path.write_bytes(content.getvalue())


def _about(sheet: Sheet, connection: duckdb.DuckDBPyConnection, current: list[Current]) -> None:
    sheet.worksheet.set_column(0, 0, 26)
    sheet.worksheet.set_column(1, 1, 100)
    rows = [
        ("airtime rankings", "by hours watched, the first 1,000 of each; the sheets are one ranking each"),
        *((one.platform, f"{one.dates}, coverage {one.covered}") for one in current),
        *publication_facts(connection),
        ("coverage", "the share of the period that the crawls saw; no measure is scaled by it"),
        ("rank_change", "places gained since the seven days before; empty for who was not there"),
        ("columns", "point at a heading to read what it means"),
        ("game metadata", "IGDB.com"),
    ]
    if not current:
        rows.insert(1, ("no rankings", "nothing has been collected yet"))
    for row, (name, text) in enumerate(rows):
        sheet.worksheet.write_string(row, 0, name, sheet.heading)
        sheet.worksheet.write_string(row, 1, text)


def _ranking(
    sheet: Sheet, connection: duckdb.DuckDBPyConnection, ranking: Ranking, current: list[Current]
) -> None:
    columns = _columns(connection, ranking)
    names = [column["name"] for column in columns]
    rows = [row for one in current for row in ranked_rows(connection, ranking, one, names, MOST_ROWS)]
    periods = "; ".join(f"{one.platform} {one.dates}, coverage {one.covered}" for one in current)
    sheet.worksheet.write_string(0, 0, f"{ranking.title.lower()}: {periods}")
    for index, column in enumerate(columns):
        text = f"{column['description']} [{column['unit']}]" if column["unit"] else column["description"]
        sheet.worksheet.write_string(HEADING_ROW, index, column["name"].replace("_", " "), sheet.heading)
        if text:
            sheet.worksheet.write_comment(HEADING_ROW, index, text, {"author": "airtime", "x_scale": 2})
        values = [row[index] for row in rows]
        shown = sheet.formats[SHOWN.get(column["unit"] or "", "#,##0")]
        sheet.worksheet.set_column(index, index, _width(column["name"], values))
        _fill(sheet.worksheet, index, values, shown)
    named = names.index(ranking.named)
    sheet.worksheet.freeze_panes(HEADING_ROW + 1, named + 1)
    sheet.worksheet.autofilter(HEADING_ROW, 0, HEADING_ROW + max(len(rows), 1), len(columns) - 1)
    sheet.worksheet.set_landscape()
    sheet.worksheet.fit_to_pages(1, 0)
    sheet.worksheet.repeat_rows(HEADING_ROW)


def _columns(connection: duckdb.DuckDBPyConnection, ranking: Ranking) -> list[Column]:
    """Return the columns of a sheet: rank, movement and name first, then as in the mart."""
    columns = {column["name"]: column for column in schemas_of(connection)[ranking.mart]["columns"]}
    first = ["platform", "rank", "rank_change", ranking.named]
    order = [*first, *(name for name in columns if name not in (*first, *SAID_ONCE))]
    return [columns[name] for name in order if name in columns]


def _fill(worksheet: Worksheet, column: int, values: list[Any], shown: Format) -> None:
    for row, value in enumerate(values, HEADING_ROW + 1):
        if isinstance(value, str):
            worksheet.write_string(row, column, value)
        elif isinstance(value, bool):
            worksheet.write_boolean(row, column, value)
        elif isinstance(value, date):
            at = value if isinstance(value, datetime) else datetime.combine(value, time())
            worksheet.write_datetime(row, column, at, shown)
        elif value is not None:
            worksheet.write_number(row, column, value, shown)


def _width(name: str, values: list[Any]) -> int:
    """Return a column's width in characters: names as long as they are, numbers as they are shown."""
    longest = max((len(value) if isinstance(value, str) else 11 for value in values), default=0)
    return min(max(longest + 2, max(map(len, name.split("_"))) + 4, NARROWEST), WIDEST)
