"""Shows a crawl while it runs: live on a terminal, in lines elsewhere, as JSON for machines."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ingestion.crawl.progress import CHAIN, LANDED, PAGE, Event, OnEvent

INTERRUPTED, TERMINATED = 130, 143
BETWEEN_PAGE_LINES = timedelta(seconds=5)
MOST_LANGUAGES = 3


@contextmanager
def watching(console: Console, *, as_json: bool) -> Iterator[OnEvent]:
    """Yield what shows events on standard error, and the landed crawl on standard output."""
    if as_json:
        yield _as_json
    elif console.is_terminal:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as display:
            yield _Display(display)
    else:
        yield _Lines()


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGINT and SIGTERM end the block by an exception that the exit code tells apart (130, 143)."""
    # a shell's background job starts with SIGINT ignored
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, _exit_interrupted)
    signal.signal(signal.SIGTERM, _exit_interrupted)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def summary(facts: dict[str, Any]) -> str:
    """Return the sentence that says what has landed, from the facts of its event."""
    seconds = (facts["finished_at"] - facts["observed_at"]).total_seconds()
    rejected = f", {facts['rejected']:,} rejected" if facts["rejected"] else ""
    return (
        f"landed {facts['streams']:,} streams of {facts['pages']:,} pages in {seconds:.0f} s "
        f"({facts['doubles']:,} doubles, {facts['found_by_id']:,} found by id{rejected}, "
        f"{facts['points_used']:,} points): {facts['file']}"
    )


def _exit_interrupted(number: int, frame: FrameType | None) -> None:
    raise SystemExit(INTERRUPTED if number == signal.SIGINT else TERMINATED)


def _as_json(event: Event) -> None:
    body = {"event": event.name, "at": event.at, **event.facts}
    click.echo(json.dumps(body, default=datetime.isoformat), err=event.name != LANDED)


class _Lines:
    """One line an event; of the pages one line every few seconds."""

    def __init__(self) -> None:
        self._next_page_at = datetime.min

    def __call__(self, event: Event) -> None:
        if event.name == LANDED:
            _show_landed(event.facts)
        elif event.name != PAGE or event.at >= self._next_page_at:
            click.echo(_line(event), err=True)
            self._next_page_at = event.at + BETWEEN_PAGE_LINES if event.name == PAGE else self._next_page_at


class _Display:
    """One line that changes with every page; below it stays what went wrong."""

    def __init__(self, display: Progress) -> None:
        self._display, self._task = display, display.add_task("crawling")

    def __call__(self, event: Event) -> None:
        if event.name == LANDED:
            self._display.stop()
            _show_landed(event.facts)
        elif event.name == PAGE:
            self._display.update(self._task, description=_how_far(event.facts))


def _how_far(facts: dict[str, Any]) -> str:
    left = facts["points_left"]
    points = "" if left is None else f", {left:,} points left"
    return f"crawling: {facts['pages']:,} pages, {facts['streams']:,} streams{points}"


def _line(event: Event) -> str:
    shown = {name: fact for name, fact in event.facts.items() if fact not in (None, [])}
    if event.name == CHAIN and "part" not in event.facts:
        shown["languages"] = _few(event.facts["languages"])
    facts = " ".join(f"{name}={json.dumps(fact, ensure_ascii=False)}" for name, fact in shown.items())
    return f"{event.at:%Y-%m-%d %H:%M:%S} {event.name}: {facts}"


def _few(languages: list[str]) -> str:
    more = len(languages) - MOST_LANGUAGES
    return (
        " ".join(languages[:MOST_LANGUAGES]) + (f" and {more} more" if more > 0 else "")
        or "first page of all"
    )


def _show_landed(facts: dict[str, Any]) -> None:
    click.echo(summary(facts))
    for reason, count in facts["reasons"].items():
        click.echo(f"set aside {count:,}, where SQL finds them in raw.rejected_streams: {reason}", err=True)
    if facts["waiting"]:
        click.echo(f"Warning: {facts['waiting']}", err=True)
    if not facts["is_complete"]:
        click.echo(
            f"Warning: the crawl is incomplete ({facts['stop_reason']}) and feeds no metric. "
            f"{facts['problem']}".rstrip(),
            err=True,
        )
