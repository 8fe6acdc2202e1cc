"""Imports files and publishes what follows in this process: a small import pays for no scheduler.

What it does is what the commands `import` and `load` and the job `build` do, in that order, without a run
that the Dagster UI would show.
"""

import subprocess
import sys
from collections.abc import Sequence

import click
from rich.console import Console

from ingestion.__main__ import cli
from ingestion.clock import utc_now
from ingestion.exits import FAILED, plain_errors
from ingestion.settings import Settings, settings
from ingestion.terminal import progress
from ingestion.warehouse.built import is_of_an_older_version, last_build
from ingestion.warehouse.errors import full_disk_said
from ingestion.warehouse.retention import NotBuilt, NotPruned, prune
from orchestration.models.command import build_all, ready_dbt
from orchestration.models.files import models_fault
from serving.__main__ import main as serving
from serving.exports.everything import export
from serving.publish import publish


def import_and_publish(arguments: Sequence[str]) -> None:
    """Run a command of ingestion that imports, then load, build, publish, export and print the rankings.

    Ends the process with the exit code of what failed, after one sentence.
    """
    if fault := models_fault():
        click.echo(f"Error: {fault}", err=True)
        sys.exit(FAILED)
    found = settings()
    with ready_dbt(found.warehouse, found) as ready:  # while the files are read
        for command in (arguments, ["load"]):
            _carry_out(cli, command)
        with plain_errors(), full_disk_said(found.root):
            is_older = is_of_an_older_version(found)
            if not is_older:
                _build_and_publish(found, ready)
    if is_older:  # the job makes such a warehouse again first
        built = subprocess.call([sys.executable, "-m", "orchestration", "run", "build"])
        if built:
            sys.exit(built)
    _carry_out(serving, ["rankings"])


def _build_and_publish(settings: Settings, ready: subprocess.Popen[str]) -> None:
    console = Console(stderr=True, highlight=False)
    with progress("building") as say:
        build_all(settings, settings.root / "dbt", say, ready)
    console.print(f"  {last_build(settings)}")
    now = utc_now().replace(microsecond=0)
    with progress("publishing"):
        publication = publish(settings.warehouse, settings.published, published_at=now)
        exported = export(settings.published, settings.root / "exports")
    console.print(f"  published version {publication['version'][:12]}, exported {len(exported)} marts")
    try:
        prune(settings, now)
    except (NotBuilt, NotPruned) as reason:  # what was loaded since, or a clock, waits for the next time
        console.print(f"  {reason}")


def _carry_out(command: click.Group, arguments: Sequence[str]) -> None:
    try:
        command(list(arguments), prog_name="python -m orchestration.by_hand", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)


if __name__ == "__main__":
    import_and_publish(sys.argv[1:])
