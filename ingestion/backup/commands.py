"""The commands that take a backup and bring one back."""

from pathlib import Path

import click

from ingestion.backup.restoring import restore as bring_back
from ingestion.backup.taking import back_up
from ingestion.clock import utc_now
from ingestion.exits import plain_errors
from ingestion.settings import settings
from ingestion.terminal import progress


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--with-secrets", is_flag=True, help="Credentials and keys, too; guard the folder.")
def backup(folder: Path, with_secrets: bool) -> None:
    """Copy what cannot be made again, and what you wrote, to FOLDER; again only what is new.

    It can run at any time: crawls, loads and builds go on meanwhile.
    """
    with plain_errors(), progress("backing up") as say:
        taken = back_up(
            settings(), folder, utc_now(), lambda files: say(f"{files:,} files"), with_secrets=with_secrets
        )
    click.echo(f"backed up {taken.files:,} files to {folder}: {taken.new:,} copied, {taken.bytes:,} bytes")
    if taken.left_out:
        click.echo(f"not in it, as secrets: {', '.join(taken.left_out)} (--with-secrets takes them in)")
    for warning in taken.warnings:
        click.echo(f"Warning: {warning}", err=True)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def restore(folder: Path) -> None:
    """Bring the backup in FOLDER back into an empty AIRTIME_HOME, each file checked."""
    with plain_errors(), progress("restoring") as say:
        read = settings()
        restored = bring_back(read, folder, lambda done, total: say(f"{done:,} of {total:,} files"))
    click.echo(
        f"restored {restored.files:,} files to {read.root}, as of {restored.made_at:%Y-%m-%d %H:%M:%S} UTC"
    )
    click.echo(f"the settings of then are in {restored.settings}: put into .env what you want of them")
    if restored.left_out:
        click.echo(f"secrets that the backup has not, and you set again: {', '.join(restored.left_out)}")
    click.echo("make the warehouse again: python -m orchestration rebuild (make rebuild)")
