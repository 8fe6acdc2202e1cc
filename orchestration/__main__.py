"""The command line of orchestration: run jobs here and now, rebuild, describe, serve the Dagster UI."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

import click
import dagster as dg
from rich.console import Console

from ingestion.clock import utc_now
from ingestion.exits import FAILED, plain_errors
from ingestion.landing.audit import newest_crawls
from ingestion.landing.store import at_hand
from ingestion.platforms.choice import platforms, refuse_unready
from ingestion.platforms.description import TWITCH
from ingestion.settings import settings
from ingestion.sources.services import tracked_services
from ingestion.supervised import become
from ingestion.terminal import progress
from ingestion.warehouse.built import is_of_an_older_version
from ingestion.warehouse.errors import WarehouseBusy, WarehouseFailed, full_disk_said
from orchestration.assets.ingest import LOADED
from orchestration.dead_runs import end_dead_runs
from orchestration.definitions import airtime
from orchestration.failures import failures
from orchestration.home import WORKSPACE, prepare_home
from orchestration.models.docs import write_docs
from orchestration.models.files import models_fault
from orchestration.platforms import ingest_jobs, jobs_that_are_on
from orchestration.progress import progress_logger
from orchestration.rebuild import rebuild
from orchestration.services import track_jobs
from serving.addresses import LOOPBACK, listening


def _known_jobs(context: click.Context, argument: click.Parameter, given: tuple[str, ...]) -> list[str]:
    """Return the jobs; there is one for each platform that is described."""
    with plain_errors():
        known = click.Choice([*ingest_jobs(settings()), *track_jobs(settings()), "enrich", "build"])
        return [known.convert(name, argument, context) for name in given] or jobs_that_are_on(settings())


@click.group()
def cli() -> None:
    """Run airtime's jobs and show them."""
    if fault := models_fault():
        click.echo(f"Error: {fault}", err=True)
        sys.exit(FAILED)


@cli.command()
@click.argument("jobs", nargs=-1, callback=_known_jobs)
def run(jobs: list[str]) -> None:
    """Run JOBS one after the other in this process; their runs appear in the UI.

    They are `ingest` (one crawl of Twitch, and the load), `ingest_kick` and so on for each other platform,
    `track_youtube` and so on (what is due of the tracked items of a service) with `load`, `enrich` and
    `build`. By default all of these, of the platforms that are on and the services that are tracked.

    One that fails stops none of the others: what has landed is built and published, and at the end is said
    what failed.
    """
    with plain_errors(), full_disk_said(settings().root):
        failed = _run_all(jobs)
    if failed:
        _say_what_failed(failed)


def _run_all(jobs: list[str]) -> list[str]:
    home, failed = prepare_home(settings()), []
    console = Console(stderr=True, highlight=False)
    log, asked = home / "dbt.log", {**ingest_jobs(settings()), "enrich": TWITCH}
    with dg.DagsterInstance.get() as instance, log.open("w") as file, redirect_stdout(file):
        for dead in end_dead_runs(instance):
            console.print(f"an earlier run of {dead.job_name} was killed; it counts as failed now")
        with plain_errors():
            for platform in dict.fromkeys(asked[name] for name in jobs if name in asked):
                refuse_unready(settings(), platform)
        if "build" in jobs:
            _renew_an_older_warehouse(console)
        for name in jobs:
            console.print(f"{name}:")
            failed += [f"{name}, {problem}" for problem in _run(name, instance, console)]
    return failed


def _say_what_failed(failed: list[str]) -> None:
    for problem in failed:
        click.echo(f"Error: {problem}", err=True)
    click.echo("What has landed is kept, and everything that did not fail is done: run it again", err=True)
    sys.exit(FAILED)


def _renew_an_older_warehouse(console: Console) -> None:
    is_older = False
    # whoever holds it now has asked the same, and of one that cannot be opened the job says why
    with suppress(WarehouseBusy, WarehouseFailed):
        is_older = is_of_an_older_version(settings())
    if is_older:
        console.print("an older airtime built this warehouse: it is made again from the landing zone")
        with plain_errors():
            kept = rebuild(settings(), lambda far: None, lambda warning: None).kept
        console.print(f"the old one is kept as {kept}")


def _run(name: str, instance: dg.DagsterInstance, console: Console) -> list[str]:
    """Run a job and return, in sentences, what failed."""
    result = _executed(name, instance, console)
    problems = failures(result.all_events)
    if not result.success and not problems:
        problems = ["the job failed: see its run in the UI (make ui)"]
    platform = ingest_jobs(settings()).get(name)
    if platform:
        if not result.success:
            # the crawl failed, but what landed before it is loaded all the same
            problems += failures(_executed(name, instance, console, LOADED).all_events)
        problems += _incomplete(platform) if result.success else []
    return problems


def _incomplete(platform: str) -> list[str]:
    crawls = at_hand(settings().landing, lambda landing: newest_crawls(landing, platform, 1, utc_now()))
    return [
        f"the crawl is incomplete and feeds no metric: {crawl.stop_reason}"
        for crawl in crawls
        if not crawl.is_complete
    ]


def _executed(
    name: str, instance: dg.DagsterInstance, console: Console, keys: Sequence[dg.AssetKey] | None = None
) -> dg.ExecuteInProcessResult:
    with console.status(name) as status:
        loggers = dg.Definitions(loggers={"console": progress_logger(console, status)})
        job = dg.Definitions.merge(airtime(), loggers).resolve_job_def(name)
        with plain_errors():
            shown: dict[str, Any] = {"loggers": {"console": {}}}
            return job.execute_in_process(
                instance=instance, run_config=shown, raise_on_error=False, asset_selection=keys
            )


@cli.command(name="rebuild")
def rebuild_() -> None:
    """Make the warehouse again from the landing zone, compare all marts, swap it in."""
    console = Console(stderr=True, highlight=False)
    with plain_errors(), progress("rebuilding") as say:
        rebuilt = rebuild(
            settings(), _spoken(console, say), lambda text: console.print(f"Warning: {text}", soft_wrap=True)
        )
    for mart, is_equal in rebuilt.is_equal.items():
        click.echo(f"{mart}: {'equal' if is_equal else 'DIFFERS'}")
    differing = sum(not is_equal for is_equal in rebuilt.is_equal.values())
    if rebuilt.is_equal:
        found = f"{differing} of {len(rebuilt.is_equal)} marts differ" if differing else "all marts are equal"
        click.echo(f"{found}; the new warehouse is in place, the old one is kept until the next rebuild")
        click.echo(f"old: {rebuilt.kept}")
    else:
        click.echo(
            "no old marts to compare with: a new warehouse is in place; what it lacks of names, games and "
            "archives waits for `enrich`"
        )


def _spoken(console: Console, say: Callable[[str], None]) -> Callable[[str], None]:
    """Return `say`, which without a terminal prints each new part instead of a status line."""
    parts: list[str] = []

    def spoken(how_far: str) -> None:
        part = how_far.partition(",")[0]
        if not console.is_terminal and parts[-1:] != [part]:
            parts.append(part)
            console.print(f"  {how_far}")
        say(how_far)

    return spoken


@cli.command()
def docs() -> None:
    """Write the description of every mart and column as one HTML file, docs/index.html."""
    with plain_errors(), progress("describing"):
        page = write_docs(settings())
    click.echo(f"written: {page}")


@cli.command()
@click.option("--host", default=LOOPBACK, show_default=True)
@click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65535))
def ui(host: str, port: int) -> None:
    """Serve the Dagster UI and run the schedules, until interrupted."""
    with plain_errors():
        listening(host, port, "with --port (make: PORT=)").close()
        read = settings()
        platforms(read)  # a platform that AIRTIME_PLATFORMS misspells is told of here
        tracked_services(read, utc_now())  # and a list of what is tracked that cannot be read
    prepare_home(read)
    if "ui_url" not in read.model_fields_set:  # else it is reached by another address, as behind a proxy
        os.environ["AIRTIME_UI_URL"] = f"http://{host}:{port}"
    dagster = Path(sys.executable).with_name("dagster")
    where = ["--workspace", str(WORKSPACE), "--host", host, "--port", str(port)]
    become([dagster, "dev", *where])


if __name__ == "__main__":
    cli(prog_name="python -m orchestration")
