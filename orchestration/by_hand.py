"""Imports files and publishes what follows in this process: a small import pays for no scheduler.

What it does is what the commands `import` and `load` and the job `build` do, in that order, without a run
that the Dagster UI would show.
"""

import subprocess
import sys
from collections.abc import Sequence

import click
from rich.console import Console

from ingestion.__main__ import EXIT_CODES as INGESTION_CODES
from ingestion.__main__ import cli, plain_errors, progress, settings
from ingestion.built import is_of_an_older_version, last_build
from ingestion.clock import utc_now
from ingestion.retention import NotBuilt, NotPruned, prune
from ingestion.settings import Settings
from orchestration.dbt_command import DbtFailed, build_all, models_fault
from serving.errors import CannotServe
from serving.exports import export
from serving.publish import publish

FAILED, BUSY = 1, 3
EXIT_CODES = {DbtFailed: FAILED, CannotServe: BUSY, **INGESTION_CODES}


def import_and_publish(arguments: Sequence[str]) -> None:
    """Run a command of ingestion that imports, with its arguments, then load, build, publish and export.

    Ends the process with the exit code of what failed, after one sentence.
    """
    if fault := models_fault():
        click.echo(f"Error: {fault}", err=True)
        sys.exit(FAILED)
    for command in (arguments, ["load"]):
        _ingest(command)
    with plain_errors():
        is_older = is_of_an_older_version(settings())
    if is_older:  # the job makes such a warehouse again first
        sys.exit(subprocess.call([sys.executable, "-m", "orchestration", "run", "build"]))
    with plain_errors(EXIT_CODES):
        _build_and_publish(settings())


def _build_and_publish(settings: Settings) -> None:
    console = Console(stderr=True, highlight=False)
    with progress("building") as say:
        build_all(settings, settings.root / "dbt", say)
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


def _ingest(arguments: Sequence[str]) -> None:
    try:
        cli(list(arguments), prog_name="python -m orchestration.by_hand", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)


if __name__ == "__main__":
    import_and_publish(sys.argv[1:])
