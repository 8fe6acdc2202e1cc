"""The command line of serving: `python -m serving publish` and `python -m serving export`."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ingestion.clock import utc_now
from ingestion.settings import Settings, WrongSettings, read_settings
from serving.api.server import serve_api
from serving.current_rankings import PERIODS
from serving.errors import CannotServe, DiskRefused
from serving.exports.everything import export
from serving.pages.server import edit_notebooks, serve_web
from serving.publish import publish
from serving.rankings import rankings
from serving.unsettled import unsettled


class Refused(click.ClickException):
    """A fault that the user can mend: its sentence is printed and the exit code is 2."""

    exit_code = 2


class Failed(click.ClickException):
    """What the machine refused: its sentence is printed and the exit code is 1."""


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn what stops a command into one sentence and an exit code."""
    try:
        yield
    except DiskRefused as error:
        raise Failed(str(error)) from error
    except (CannotServe, WrongSettings) as error:
        raise Refused(str(error)) from error


def settings() -> Settings:
    """Return the settings; a value of the wrong kind is one sentence and exit code 2."""
    with said_plainly():
        return read_settings()


@click.group()
def main() -> None:
    """Publish the marts of the warehouse and export what is published."""


@main.command("publish")
@click.option("--wait", default=60.0, show_default=True, help="Seconds to wait for a warehouse in use.")
def publish_command(wait: float) -> None:
    """Copy the marts to published/airtime.duckdb, which every reader opens."""
    now, home = utc_now().replace(microsecond=0), settings()
    with said_plainly():
        report = publish(home.warehouse, home.published, published_at=now, wait_seconds=wait)
    rows = sum(report["rows"].values())
    click.echo(f"published {len(report['rows'])} marts, {rows:,} rows, version {report['version'][:12]}")


@main.command("export")
def export_command() -> None:
    """Write each published mart as CSV, Parquet and NDJSON, the rankings as a workbook and a report."""
    home = settings()
    exports = home.root / "exports"
    with said_plainly():
        manifests = export(home.published, exports)
    size = sum(file["bytes"] for manifest in manifests.values() for file in manifest["files"].values())
    click.echo(f"exported {len(manifests)} marts, {size:,} bytes, to {exports}")
    click.echo("the current rankings, to be read or mailed: report.html and rankings.xlsx there")


@main.command("api")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; by default AIRTIME_API_PORT.")
def api_command(host: str, port: int | None) -> None:
    """Answer HTTP requests from what is published; a new publish is picked up by itself."""
    given = settings()
    key = given.api_key.get_secret_value()
    with said_plainly():
        serve_api(given.published, host=host, port=port or given.api_port, key=key)


@main.command("rankings")
@click.option("--period", default="last_7_days", show_default=True, type=click.Choice(PERIODS))
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000))
def rankings_command(period: str, limit: int) -> None:
    """Print the newest rankings of each platform, and which categories nothing is known of."""
    home, terminal = settings(), shutil.get_terminal_size()
    width = terminal.columns if sys.stdout.isatty() else None
    with said_plainly():
        for line in rankings(home.published, period, limit, width):
            click.echo(line)
        for line in unsettled(home.published, home.overrides, period):
            click.echo(line)


@main.command("web")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0: any.")
def web_command(port: int) -> None:
    """Show what is published as web pages on loopback; each opens the newest publish."""
    published = settings().published
    with said_plainly():
        serve_web(published, port)


@main.command("notebooks")
@click.option("--port", default=2718, show_default=True, type=click.IntRange(1, 65535))
def notebooks_command(port: int) -> None:
    """Open the notebooks for editing, on loopback."""
    settings()
    edit_notebooks(port)


if __name__ == "__main__":
    main()
