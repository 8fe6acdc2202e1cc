"""What the notebooks show alike: the head of a page, facts, tables."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from typing import Any, NoReturn
from urllib.parse import urlencode

import duckdb
import marimo as mo
import polars as pl

from columns import COLUMNS, NOTHING, Column, moment, shown
from ingestion.settings import Settings
from ingestion.warehouse.errors import damage_in
from serving.errors import CannotServe
from serving.pages.frame import PAGES
from serving.published import open_published, publication, unreadable
from serving.schema import schemas_of

# a table's cells do not see the page's style sheet
LINK = "color: #0f6e84; text-decoration: none"


def opened() -> duckdb.DuckDBPyConnection:
    """Return a read-only connection to the newest publish; where none can be read, say so and stop."""
    try:
        return open_published(Settings().published)
    except CannotServe as error:
        _stop(str(error))


@contextmanager
def damage_said() -> Iterator[None]:
    """Where a query meets damage of the copy, say so in place of the cell, and stop what follows from it."""
    try:
        yield
    except Exception as error:
        if not damage_in(str(error)):
            raise
        _stop(unreadable(Settings().published, error))


# a SQL cell is known by its call of this name
vars(mo)["sql"] = damage_said()(mo.sql)


def _stop(sentence: str) -> NoReturn:
    if mo.app_meta().mode == "script":
        sys.exit(f"Error: {sentence}")
    mo.stop(predicate=True, output=mo.Html(f'<p class="airtime-missing">{escape(sentence)}</p>'))


@damage_said()
def head(name: str, connection: duckdb.DuckDBPyConnection) -> mo.Html:
    """Return the title of page `name`, its question, and how fresh its figures are."""
    page = next(page for page in PAGES if page.name == name)
    known = publication(connection)
    crawls = ", ".join(f"{platform} {moment(at)}" for platform, at in known.source_crawls.items())
    return mo.Html(
        f'<div class="airtime-head"><h1>{page.title}</h1><p>{page.question}</p>'
        f'<p class="airtime-small">newest crawl: {escape(crawls) or NOTHING} UTC · '
        f"published {moment(known.published_at)} UTC · version {known.version[:8]}</p></div>"
    )


def facts(values: Mapping[str, str]) -> mo.Html:
    """Return figures with their names as a row of boxes."""
    boxes = (f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in values.items())
    return mo.Html(f'<dl class="airtime-facts">{"".join(boxes)}</dl>')


def heading(text: str) -> mo.Html:
    """Return the heading of a part of a page."""
    return mo.Html(f'<h2 class="airtime-heading">{escape(text)}</h2>')


def note(text: str) -> mo.Html:
    """Return a sentence in place of what cannot be shown."""
    return mo.Html(f'<p class="airtime-note">{escape(text)}</p>')


def literal(value: object) -> str:
    """Return a value as a SQL literal, to be put into a query."""
    return "'" + str(value).replace("'", "''") + "'"


def table(
    frame: pl.DataFrame,
    columns: Iterable[str | tuple[str, Column]],
    *,
    meanings: Mapping[str, str] | None = None,
    links: Mapping[str, Mapping[str, str]] | None = None,
    page_size: int = 20,
) -> mo.ui.table:
    """Return a table of some of a frame's columns, which can be searched, sorted and downloaded.

    Args:
        frame: the rows.
        columns: names of `COLUMNS`, or a name with how it is shown.
        meanings: what columns mean, shown at their headings; see `meanings`.
        links: for a column, the address behind each of its texts; see `addresses`.
        page_size: rows to a page.
    """
    chosen = dict(column if isinstance(column, tuple) else (column, COLUMNS[column]) for column in columns)
    renamed = frame.select(pl.col(name).alias(column.heading) for name, column in chosen.items())
    linked = {chosen[name].heading: _link(texts) for name, texts in (links or {}).items()}
    formats = {column.heading: _form(column.form) for column in chosen.values() if column.form}
    numbers = [column.heading for column in chosen.values() if column.form]
    said = {column.heading: column.meaning or (meanings or {}).get(name) for name, column in chosen.items()}
    return mo.ui.table(
        renamed,
        selection=None,
        page_size=page_size,
        show_column_summaries=False,
        show_data_types=False,
        format_mapping=formats | linked,
        text_justify_columns=dict.fromkeys(numbers, "right"),
        header_tooltip={heading: meaning for heading, meaning in said.items() if meaning},
    )


@damage_said()
def meanings(connection: duckdb.DuckDBPyConnection, mart: str) -> dict[str, str]:
    """Return what the columns of a mart mean, by name."""
    columns = schemas_of(connection)[mart]["columns"]
    return {column["name"]: column["description"] for column in columns if column["description"]}


def addresses(frame: pl.DataFrame, page: str, name: str, **parameters: str) -> dict[str, str]:
    """Return the address on `page` of each text in column `name`, without texts that stand for several.

    `parameters` are query parameters and the columns that they come from.
    """
    rows = frame.unique(subset=[name, *parameters.values()])
    once = rows.filter(pl.col(name).is_unique() & pl.col(name).is_not_null())
    return {
        row[name]: f"../{page}/?{urlencode({key: row[column] for key, column in parameters.items()})}"
        for row in once.iter_rows(named=True)
    }


def _form(form: str | Callable[[Any], Any]) -> Callable[[Any], Any]:
    if not isinstance(form, str):
        return form
    return lambda value: shown(form, value)


def _link(texts: Mapping[str, str]) -> Callable[[str | None], Any]:
    def link(text: str | None) -> Any:
        if text not in texts:
            return mo.Html(escape(text or NOTHING))
        return mo.Html(f'<a style="{LINK}" href="{escape(texts[text])}">{escape(text)}</a>')

    return link
