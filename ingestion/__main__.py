"""The command line of ingestion: crawl, import, load, enrich, prune, withdraw, back up and restore."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ingestion.backup.commands import backup, restore
from ingestion.client.asking import Cost
from ingestion.clock import utc_now
from ingestion.crawl.watching import interruptible, watching
from ingestion.enrich.enrichment import enrich as enrich_
from ingestion.enrich.steps import NotAnswered
from ingestion.exits import plain_errors
from ingestion.imports.snapshots.command import import_dumps
from ingestion.imports.tables.history import import_tables
from ingestion.landing.store import waiting
from ingestion.platforms.commands import platform
from ingestion.platforms.crawl import crawl as crawl_
from ingestion.platforms.description import TWITCH
from ingestion.settings import settings
from ingestion.supervised import become
from ingestion.terminal import console, progress
from ingestion.track.commands import track
from ingestion.warehouse.load import load
from ingestion.warehouse.retention import forget_chat, prune
from ingestion.warehouse.withdraw import withdraw
from ingestion.watch.commands import watch

ZONE_HELP = "Of times that name none: UTC, Europe/Berlin, .."
MAP_HELP = "The files' name for one of ours, as in viewer_count=viewers; may be repeated."


def _own_names(context: click.Context, option: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """Return the pairs of `--map OURS=THEIRS` as a mapping."""
    for pair in pairs:
        if not all(pair.partition("=")):
            raise click.BadParameter(f"{pair!r} is not OURS=THEIRS, as in viewer_count=viewers")
    return dict(pair.split("=", 1) for pair in pairs)


@click.group()
def cli() -> None:
    """Collect, land and load observations of live streams."""


@cli.command()
@click.option("--platform", default=TWITCH, show_default=True, help="Which one; see platform list.")
@click.option("--json", "as_json", is_flag=True, help="Events as JSON lines (stderr), the record on stdout.")
@click.option("--deadline-seconds", type=click.FloatRange(min=0, min_open=True), help="Default: the cadence.")
def crawl(platform: str, as_json: bool, deadline_seconds: float | None) -> None:
    """Land one crawl of everything that is live on a platform."""
    with plain_errors(as_json=as_json), interruptible(), watching(console, as_json=as_json) as on_event:
        crawl_(platform, settings(), now=utc_now, deadline_seconds=deadline_seconds, on_event=on_event)


for command in (platform, track, watch, backup, restore):
    cli.add_command(command)


@cli.command()
def cluster() -> None:
    """Run a Spark cluster on this machine until interrupted: a master, workers and the Thrift server."""
    become([sys.executable, "-m", "ingestion.cluster.local"])


@cli.command()
def listen() -> None:
    """Gather the chat of the watched channels until interrupted."""
    os.execv(sys.executable, [sys.executable, "-m", "ingestion.listen"])


@cli.command(name="import")
@click.option("--streamers", type=click.Path(path_type=Path), help="Table of username, timestamp, game, ...")
@click.option(
    "--games", type=click.Path(path_type=Path), help="Table of game, release_date, publisher, genre."
)
@click.option("--platform", default="history", show_default=True, help="The platform to import into.")
@click.option("--cadence-seconds", default=60, show_default=True, help="Seconds between two ticks.")
@click.option("--map", "names", multiple=True, callback=_own_names, metavar="OURS=THEIRS", help=MAP_HELP)
@click.option("--time-zone", metavar="ZONE", help=ZONE_HELP)
@click.option("--skip-bad-rows", is_flag=True, help="Leave bad rows out, count them and list them in a file.")
def import_(**options: Any) -> None:
    """Land a streamers table, a games table or both: CSV, gzipped CSV or Parquet."""
    with plain_errors(), progress("importing"):
        read = settings()
        skipped = read.root / "skipped"
        imported = import_tables(read.landing, imported_at=utc_now(), skipped_folder=skipped, **options)
    for table, rows in imported.rows.items():
        note = " (already there, nothing to do)" if table in imported.already_there else ""
        click.echo(f"{table}: {rows:,} rows{note}")
    for note in imported.notes:
        click.echo(note)
    if imported.median_gap_seconds is not None:
        click.echo(f"median gap between ticks: {imported.median_gap_seconds:g} s")
    for warning in imported.warnings:
        click.echo(f"Warning: {warning}", err=True)
    _say_what_waits()


@cli.command(name="import-snapshots")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--observed-at", metavar="TIME", help="When the one crawl that all files are of was taken.")
@click.option("--at-from-name", metavar="PATTERN", help="As in streams_%Y%m%d_%H%M; %s: epoch, *: anything.")
@click.option("--at-column", metavar="NAME", help="The column or field of each row that says it.")
@click.option("--time-zone", metavar="ZONE", help=ZONE_HELP)
@click.option("--cadence-seconds", type=int, help="Seconds between two crawls. Default: their median gap.")
@click.option("--platform", default="twitch", show_default=True, help="The platform to import into.")
@click.option("--map", "names", multiple=True, callback=_own_names, metavar="OURS=THEIRS", help=MAP_HELP)
@click.option("--users", multiple=True, type=click.Path(path_type=Path), help="A dump of Get Users.")
@click.option("--games", multiple=True, type=click.Path(path_type=Path), help="A dump of Get Games.")
def import_snapshots_(**options: Any) -> None:
    """Land recorded answers of Get Streams as crawls: JSON, NDJSON, CSV or Parquet, gzipped or not.

    A folder stands for all files in it.
    """
    with plain_errors(), progress("importing"):
        said = import_dumps(settings(), imported_at=utc_now(), **options)
    for sentence in said.lines:
        click.echo(sentence)
    for warning in said.warnings:
        click.echo(f"Warning: {warning}", err=True)
    _say_what_waits()


@cli.command(name="load")
def load_() -> None:
    """Load what has landed into schema raw of the warehouse."""
    with plain_errors(), progress("loading") as say:
        loaded = load(settings(), lambda done, total: say(f"{done} of {total} files"))
    click.echo(f"loaded {loaded.rows:,} rows of {loaded.files:,} files")
    for fault in loaded.faults:
        click.echo(f"Warning: {fault}; mend it, and make rebuild reads all answers again", err=True)
    _say_what_waits()
    if loaded.too_late:
        click.echo(
            f"Warning: {loaded.too_late:,} landed crawls belong to days that AIRTIME_RAW_RETENTION_DAYS has "
            "dropped from raw, and stay in landing; a rebuild takes them in (make rebuild)",
            err=True,
        )


@cli.command(name="prune")
def prune_() -> None:
    """Drop observations, landed crawls and chat that the settings keep no longer."""
    with plain_errors(), progress("dropping"):
        records, files = forget_chat(settings(), utc_now())
        pruned = prune(settings(), utc_now())
    click.echo(
        f"dropped {pruned.observations:,} observations and {pruned.files:,} landed files, "
        f"{pruned.bytes:,} bytes; {records:,} records and {files:,} files of chat"
    )


@cli.command(name="withdraw")
@click.argument("crawl")
@click.option("--reason", required=True, help="Why; it is kept beside the crawl's file.")
@click.option("--platform", default=TWITCH, show_default=True, help="Whose crawl began at that moment.")
def withdraw_(crawl: str, reason: str, platform: str) -> None:
    """Take CRAWL (its file, or the moment in UTC at which it began) back for good."""
    with plain_errors(), progress("withdrawing"):
        withdrawn = withdraw(settings(), crawl, platform, reason, utc_now())
    click.echo(f"withdrawn, and {withdrawn.rows:,} observations with it: {withdrawn.path}")
    click.echo("the next build takes it out of the marts (python -m orchestration run build)")
    if withdrawn.is_kept_in_marts:
        click.echo(
            "Warning: AIRTIME_RAW_RETENTION_DAYS has dropped its day from raw: the day stays as it was built "
            "until a rebuild (make rebuild)",
            err=True,
        )


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="What each kind of question cost as a line of JSON.")
def enrich(as_json: bool) -> None:
    """Ask for names, games, followers and archives with what the crawl left of the rate limit."""
    with plain_errors(as_json=as_json), progress("asking") as say:
        failed: NotAnswered | None = None
        costs: Sequence[Cost] = ()
        try:
            costs = enrich_(
                settings(),
                now=utc_now,
                on_progress=lambda name, done, total: say(f"{name}, {done:,} of {total:,} calls"),
            )
        except NotAnswered as error:
            failed, costs = error, error.costs
    for cost in costs if as_json else ():
        click.echo(json.dumps({"event": "asked", **asdict(cost)}, default=datetime.isoformat))
    if not as_json:
        _show_costs(costs)
        _say_what_waits()
    if failed:
        with plain_errors(as_json=as_json):
            raise failed


def _say_what_waits() -> None:
    if waits := waiting(settings().landing):
        click.echo(f"Warning: {waits}", err=True)


def _show_costs(costs: Sequence[Cost]) -> None:
    for name in dict.fromkeys(cost.step for cost in costs):
        of_name = [cost for cost in costs if cost.step == name]
        click.echo(
            f"{name}: {sum(cost.found for cost in of_name):,} found of "
            f"{sum(cost.asked for cost in of_name):,} asked for, "
            f"{sum(cost.points_used for cost in of_name):,} points"
            + (f", {rejected:,} rejected" if (rejected := sum(cost.rejected for cost in of_name)) else "")
            + ("" if of_name[-1].is_complete else "; the rest waits for the next run")
        )
    if not costs:
        click.echo("nothing is due")


if __name__ == "__main__":
    cli(prog_name="python -m ingestion")
