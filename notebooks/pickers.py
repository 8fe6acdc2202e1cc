"""Pickers that the page's address fills in and follows, so that what is chosen can be linked to."""

from collections.abc import Iterable
from datetime import date, timedelta
from urllib.parse import quote, unquote

import marimo as mo

PERIODS = {
    "last_7_days": "Last 7 days",
    "last_30_days": "Last 30 days",
    "last_90_days": "Last 90 days",
    "day": "Day",
    "week": "Week",
    "month": "Month",
    "quarter": "Quarter",
    "year": "Year",
}
# days that a chart goes back
SPANS = {"Last 28 days": "28", "Last 90 days": "90", "Last 365 days": "365", "All": "36500"}


def asked(key: str) -> str | None:
    """Return what the page's address asks for, the first of several."""
    return next(iter(mo.query_params().get_all(key)), None)


def picker(label: str, key: str, options: dict[str, str], *, searchable: bool = False) -> mo.ui.dropdown:
    """Return a dropdown of label -> value, set to what the address asks for, else to the first option."""
    values = {value: text for text, value in options.items()}
    return mo.ui.dropdown(
        options=options,
        value=values.get(asked(key), next(iter(options), None)),
        label=label,
        allow_select_none=not options,
        searchable=searchable,
        on_change=lambda value: mo.query_params().set(key, value),
    )


def asked_several(key: str) -> list[str]:
    """Return what the page's address asks for, of one key several values between commas."""
    return [unquote(value) for value in (asked(key) or "").split(",") if value]


def several(label: str, key: str, options: dict[str, str], first: int) -> mo.ui.multiselect:
    """Return a picker of several options, set to those the address asks for, else to the `first` ones."""
    values = {value: text for text, value in options.items()}
    wanted = [values[value] for value in asked_several(key) if value in values]
    return mo.ui.multiselect(
        options=options,
        value=wanted or list(options)[:first],
        label=label,
        on_change=lambda chosen: mo.query_params().set(
            key, ",".join(quote(value, safe="/") for value in chosen)
        ),
    )


def finder(label: str, key: str, placeholder: str) -> mo.ui.text:
    """Return a text field, set to what the address asks for."""
    return mo.ui.text(
        value=asked(key) or "",
        label=label,
        placeholder=placeholder,
        max_length=100,
        on_change=lambda value: mo.query_params().set(key, value),
    )


def same(values: Iterable[str]) -> dict[str, str]:
    """Return options whose labels are the values."""
    return {value: value for value in values}


def starts(rows: Iterable[tuple[str, date, date, bool]]) -> dict[str, str]:
    """Return a period's starts as options, from rows of period, start, end (exclusive), is_closed."""
    return {
        spelled(period, start, end) + ("" if is_closed else ", so far"): start.isoformat()
        for period, start, end, is_closed in rows
    }


def spelled(period: str, start: date, end: date) -> str:
    """Return a period as its readers call it: `November 2026`, `2026 Q4`, or its first and last day."""
    if period == "day":
        return f"{start:%a} {start}"
    if period == "month":
        return f"{start:%B %Y}"
    if period == "quarter":
        return f"{start.year} Q{(start.month + 2) // 3}"
    if period == "year":
        return f"{start.year}"
    return f"{start} to {end - timedelta(days=1)}"


def row(*elements: object) -> mo.Html:
    """Return pickers side by side, on several lines where the page is narrow."""
    return mo.hstack(elements, wrap=True, justify="start", align="end", gap=1)
