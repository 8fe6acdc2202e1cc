"""The commands about descriptions: which platforms there are, and whether one's description is right."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ingestion.clock import utc_now
from ingestion.exits import Refused, plain_errors
from ingestion.platforms.choice import platforms
from ingestion.platforms.description import Description
from ingestion.platforms.lists import Cursor
from ingestion.platforms.readers import look_up
from ingestion.platforms.reading import SHIPPED, description_files, read_description
from ingestion.platforms.rows import OURS, RowRules, wanted
from ingestion.settings import settings

MOST_SHOWN = 20


class BadSample(Refused):
    """A sample is no answer of the platform; the message says why."""


@click.group()
def platform() -> None:
    """See the platforms that are described, and check a description."""


@platform.command(name="list")
def list_() -> None:
    """List the platforms: which are on, and why the others are off; a description of your own is named."""
    with plain_errors():
        files = description_files(settings())
        for name, one in platforms(settings()).items():
            own = "" if files[name].parent == SHIPPED else f", as {files[name]} describes it"
            click.echo(f"{name}: off: {one.why_off}" if one.why_off else f"{name}: on{own}")


@platform.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sample", type=click.Path(path_type=Path), help="One answer of the platform, as JSON.")
def check(file: Path, sample: Path | None) -> None:
    """Say what is wrong with the description in FILE; show the rows that a sample gives."""
    with plain_errors():
        description = read_description(file)
        click.echo(f"{file}: {description.title} is described without a fault")
        if sample:
            _show(description, _read_sample(sample), sample)


def _read_sample(sample: Path) -> Any:
    try:
        return json.loads(sample.read_bytes())
    except OSError as error:
        raise BadSample(f"{sample} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadSample(f"{sample} is no JSON: {error}") from error


def _show(description: Description, answer: Any, sample: Path) -> None:
    records = look_up(answer, description.answer.records)
    if not isinstance(records, list):
        raise BadSample(f"{sample} holds no list at {description.answer.records}, where answer.records looks")
    kept = wanted(records, description.answer)
    rows, rejects = RowRules(description.fields, description.rules).table(kept, utc_now())
    for row in rows.slice(0, MOST_SHOWN).to_pylist():
        named = {OURS.get(name, name): value for name, value in row.items()}
        click.echo(json.dumps(named, ensure_ascii=False, default=datetime.isoformat))
    left_out = len(records) - len(kept)
    click.echo(
        f"{len(rows):,} rows of {len(records):,} records"
        + (f", {left_out:,} left out by answer.only" if left_out else "")
        + (f"; the first {MOST_SHOWN} are shown" if len(rows) > MOST_SHOWN else "")
    )
    if isinstance(description.paging, Cursor):
        cursor = look_up(answer, description.paging.at)
        click.echo(f"next page: {cursor}" if cursor else "next page: none, the list ends here")
    if description.total and not description.total.path:
        click.echo(f"live by the platform's count: {look_up(answer, description.total.at)}")
    for reject in rejects[:MOST_SHOWN]:
        name, _, why = reject.reason.partition(" ")
        click.echo(f"set aside: {OURS.get(name, name)} {why}: {reject.row_json[:200]}", err=True)
