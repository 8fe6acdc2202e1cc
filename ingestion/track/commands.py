"""The commands about what is tracked: which kinds there are, what is on the list, what is due, and a run."""

import json
import sys
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click

from ingestion.clock import utc_now
from ingestion.crawl.watching import interruptible
from ingestion.csv_list import BadList
from ingestion.exits import FAILED, plain_errors
from ingestion.landing.store import waiting
from ingestion.settings import MissingSetting, WrongSettings, settings
from ingestion.sources.due import due_items, has_ended
from ingestion.sources.ledger import all_items
from ingestion.sources.reading import Described, read_catalogue
from ingestion.sources.tracked import parse_until, read_items, remove_item
from ingestion.terminal import progress
from ingestion.track.adding import add_item
from ingestion.track.running import run_due
from ingestion.track.service import access_to


@click.group()
def track() -> None:
    """Track any number of anything: kinds are described in YAML, items are listed in tracked.csv."""


@track.command()
def kinds() -> None:
    """List the kinds: which can be tracked, and why the others cannot."""
    with plain_errors():
        catalogue = read_catalogue(settings())
        for name, described in sorted(catalogue.kinds.items()):
            why_off = _why_off(described)
            click.echo(f"{name}: off: {why_off}" if why_off else f"{name}: on")
        _warn(catalogue.faults)


@track.command()
@click.argument("kind")
@click.argument("item_id", metavar="ID")
@click.option("--label", default="", help="A name of your own for it.")
@click.option("--until", help="When it ends, UTC, as in 2026-12-31. Default: what the kind says.")
def add(kind: str, item_id: str, label: str, until: str | None) -> None:
    """Track ID, an item of KIND, after asking the service whether there is such a one."""
    with plain_errors(), interruptible():
        read = settings()
        try:
            end = parse_until(until) if until else None
        except ValueError as error:
            raise BadList(f"--until: {error}") from None
        catalogue = read_catalogue(read)
        item = add_item(read, catalogue, kind, item_id, label=label, until=end, now=utc_now)
        every = catalogue.kinds[kind].kind.schedule.every
    ends = f" until {item.until:%Y-%m-%d %H:%M} UTC" if item.until else ""
    click.echo(f"{kind} {item.item_id} is tracked every {_span(every)}{ends}")


@track.command()
@click.argument("kind")
@click.argument("item_id", metavar="ID")
def remove(kind: str, item_id: str) -> None:
    """Track ID no more; what has been read of it stays."""
    with plain_errors():
        remove_item(settings(), kind, item_id)
    click.echo(f"{kind} {item_id} is no longer tracked")


@track.command(name="list")
def list_() -> None:
    """List what is tracked, when it was last asked for, and what has ended."""
    with plain_errors():
        read = settings()
        catalogue = read_catalogue(read)
        items, faults = read_items(read, catalogue)
        ledger = all_items(read, catalogue)
        for item in items:
            state = ledger.items.get(item.key)
            asked = f"asked {state.asked_at:%Y-%m-%d %H:%M:%S}" if state else "not asked yet"
            ended = ", ended" if has_ended(item, ledger, utc_now()) else ""
            gone = ", gone" if state and state.gone_at else ended
            until = f", until {item.until:%Y-%m-%d %H:%M}" if item.until else ""
            click.echo(f"{item.kind} {item.item_id}: {asked}{until}{gone} {item.label}".rstrip())
        _warn([*catalogue.faults, *faults])


@track.command()
def due() -> None:
    """List what is due now, longest overdue first."""
    with plain_errors():
        read = settings()
        catalogue = read_catalogue(read)
        items, faults = read_items(read, catalogue)
        ledger = all_items(read, catalogue)
        for _, item in due_items(catalogue, items, ledger, utc_now()):
            state = ledger.items.get(item.key)
            asked = f"asked {state.asked_at:%Y-%m-%d %H:%M:%S}" if state else "not asked yet"
            click.echo(f"{item.kind} {item.item_id}: {asked}")
        _warn([*catalogue.faults, *faults])


@track.command()
@click.option("--json", "as_json", is_flag=True, help="What was done as a line of JSON.")
@click.option("--deadline-seconds", type=click.FloatRange(min=0, min_open=True), help="Default: 300.")
def run(as_json: bool, deadline_seconds: float | None) -> None:
    """Ask for everything that is due, and land the answers."""
    with plain_errors(as_json=as_json), interruptible(), progress("asking") as say:
        read = settings()
        outcome = run_due(
            read,
            read_catalogue(read),
            now=utc_now,
            deadline_seconds=deadline_seconds,
            on_progress=lambda done, total: say(f"{done:,} of {total:,}"),
        )
    if as_json:
        click.echo(json.dumps({"event": "tracked", **asdict(outcome)}))
    else:
        more = f", {outcome.failed:,} not answered" if outcome.failed else ""
        found = f"; {outcome.found:,} more are tracked now" if outcome.found else ""
        click.echo(
            f"asked for {outcome.asked:,} of {outcome.due:,} due in {outcome.calls:,} calls{more}{found}"
        )
        _warn([*outcome.ended, *outcome.problems, *outcome.notes, *filter(None, [waiting(read.landing)])])
    if outcome.ended or outcome.problems:
        sys.exit(FAILED)


def _why_off(described: Described) -> str:
    if described.service.switched_off:
        return described.service.switched_off
    try:
        access_to(described.service)
    except (MissingSetting, WrongSettings) as error:
        return str(error)
    return ""


def _warn(sentences: list[Any]) -> None:
    for sentence in sentences:
        click.echo(f"Warning: {sentence}", err=True)


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
