"""The command line of serving: `python -m serving publish` and `python -m serving export`."""

import shutil
import sys
from functools import partial

import click

from ingestion.clock import utc_now
from ingestion.exits import plain_errors
from ingestion.platforms.choice import platforms
from ingestion.settings import settings
from ingestion.sources.services import tracked_kinds
from serving.addresses import LOOPBACK
from serving.catalogue import PERIODS
from serving.exports.everything import export
from serving.pages.server import edit_notebooks, serve_web
from serving.publish import publish
from serving.rankings import rankings
from serving.unsettled import unsettled


@click.group()
def main() -> None:
    """Publish the marts of the warehouse and export what is published."""


@main.command("publish")
@click.option("--wait", default=60.0, show_default=True, help="Seconds to wait for a warehouse in use.")
def publish_command(wait: float) -> None:
    """Copy the marts to published/airtime.duckdb, which every reader opens."""
    now, home = utc_now().replace(microsecond=0), settings()
    with plain_errors():
        report = publish(home.warehouse, home.published, published_at=now, wait_seconds=wait)
    rows = sum(report["rows"].values())
    click.echo(f"published {len(report['rows'])} marts, {rows:,} rows, version {report['version'][:12]}")


@main.command("export")
def export_command() -> None:
    """Write each published mart as CSV, Parquet and NDJSON, the rankings as a workbook and a report."""
    home = settings()
    exports = home.root / "exports"
    with plain_errors():
        manifests = export(home.published, exports)
    size = sum(file["bytes"] for manifest in manifests.values() for file in manifest["files"].values())
    click.echo(f"exported {len(manifests)} marts, {size:,} bytes, to {exports}")
    click.echo("the current rankings, to be read or mailed: report.html and rankings.xlsx there")


@main.command("api")
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; by default AIRTIME_API_PORT.")
def api_command(host: str, port: int | None) -> None:
    """Answer HTTP requests from what is published; a new publish is picked up by itself."""
    from serving.api.server import serve_api  # takes longer to import than all that the others need

    given = settings()
    key, port = given.api_key.get_secret_value(), port or given.api_port
    with plain_errors():
        on = [one for one in platforms(given).values() if not one.why_off]
        tracked = partial(tracked_kinds, given)
        tracked(utc_now())  # a list of what is tracked that cannot be read is told of here
        serve_api(given.published, host=host, port=port, key=key, platforms=on, tracked=tracked)


@main.command("rankings")
@click.option("--period", default="last_7_days", show_default=True, type=click.Choice(PERIODS))
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000))
def rankings_command(period: str, limit: int) -> None:
    """Print the newest rankings of each platform, and which categories nothing is known of."""
    home, terminal = settings(), shutil.get_terminal_size()
    width = terminal.columns if sys.stdout.isatty() else None
    with plain_errors():
        for line in rankings(home.published, period, limit, width):
            click.echo(line)
        for line in unsettled(home.published, home.overrides, period):
            click.echo(line)


@main.command("web")
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0: any.")
def web_command(host: str, port: int) -> None:
    """Show what is published as web pages; each opens the newest publish.

    Whoever reaches the address can read everything.
    """
    published = settings().published
    with plain_errors():
        serve_web(published, port, host)


@main.command("notebooks")
@click.option("--port", default=2718, show_default=True, type=click.IntRange(1, 65535))
def notebooks_command(port: int) -> None:
    """Open the notebooks for editing, on loopback."""
    settings()
    edit_notebooks(port)


if __name__ == "__main__":
    main()
