"""The simulator's command line: write a past into the landing zone, serve the present."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from datetime import time as midnight

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ingestion.clock import utc_now
from ingestion.exits import plain_errors
from ingestion.settings import read_settings
from simulator.demo import begin_demo, credentials, run_demo
from simulator.faults.injected import Faults, UnknownFault
from simulator.past import OnProgress, write_past
from simulator.server import other_platforms, serve, services
from simulator.truth.world import World

# Enrichment asks no faster than the bucket refills; a demonstration need not wait for that.
DEMO_POINTS_PER_MINUTE = 12_000
CLIENT_ID = "simulator"
CLIENT_SECRET = "simulator-secret"
_LINES = 5

_world_options = (
    click.option("--seed", default=1, show_default=True, help="The same seed is the same world."),
    click.option("--streamers", default=400, show_default=True, type=click.IntRange(1, 100_000)),
)


def _with_world(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_world_options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A Twitch in a box."""


@main.command()
@click.option("--days", default=35, show_default=True, type=click.IntRange(1, 3650))
@click.option("--cadence-minutes", type=click.IntRange(1, 60), help="Default: AIRTIME_CADENCE_MINUTES.")
@click.option("--missing-share", default=0.0, show_default=True, type=click.FloatRange(0, 1))
@_with_world
def past(days: int, cadence_minutes: int | None, missing_share: float, seed: int, streamers: int) -> None:
    """Land the crawls of the last DAYS days; what is there already is kept."""
    now = utc_now()
    start = datetime.combine(now, midnight()) - timedelta(days=days)
    with plain_errors(), _progress("writing the past") as on_progress:
        settings = read_settings()
        done = write_past(
            World(seed, streamers),
            settings.landing,
            start,
            now,
            cadence_minutes=cadence_minutes or settings.cadence_minutes,
            missing_share=missing_share,
            on_progress=on_progress,
        )
    click.echo(
        f"landed {done.crawls} crawls ({done.streams} rows) and {done.follower_batches} follower batches in "
        f"{settings.landing}; {done.already_landed} were there, {done.left_out} were left out"
    )


@main.command("serve")
@click.option("--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="0: any.")
@click.option("--fault", "faults", multiple=True, metavar="NAME=RATE", help="Inject a fault; repeatable.")
@_with_world
def serve_command(port: int, faults: tuple[str, ...], seed: int, streamers: int) -> None:
    """Serve the present on loopback until interrupted; prints the variables to export."""
    with plain_errors():
        layer = Faults(dict(_rate(text) for text in faults)) if faults else None
        world = World(seed, streamers)
        with serve(world, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, port=port, layer=layer) as served:
            click.echo(f"export HELIX_URL={served.helix_url}")
            click.echo(f"export TWITCH_TOKEN_URL={served.token_url}")
            click.echo(f"export IGDB_URL={served.igdb_url}")
            click.echo(f"export TWITCH_CLIENT_ID={CLIENT_ID}")
            click.echo(f"export TWITCH_CLIENT_SECRET={CLIENT_SECRET}")
            for name, value in {**other_platforms(served), **services(served)}.items():
                click.echo(f"export {name}={value}")
            click.echo("serving until interrupted (Ctrl-C)", err=True)
            _until_interrupted(served.thread)


@main.command("demo")
@click.option("--days", default=35, show_default=True, type=click.IntRange(1, 3650))
@click.option("--cadence-minutes", default=10, show_default=True, type=click.IntRange(1, 60))
@_with_world
def demo_command(days: int, cadence_minutes: int, seed: int, streamers: int) -> None:
    """Write a past (the first time), crawl the present three times, build, and print the rankings."""
    started, now = time.monotonic(), utc_now()
    world = World(seed, streamers)
    with plain_errors():
        settings = read_settings()
        if begin_demo(settings.root, settings.landing):
            start = datetime.combine(now, midnight()) - timedelta(days=days)
            with _progress("writing the past") as on_progress:
                write_past(
                    world,
                    settings.landing,
                    start,
                    now,
                    cadence_minutes=cadence_minutes,
                    on_progress=on_progress,
                )
        with serve(
            world,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            points_per_minute=DEMO_POINTS_PER_MINUTE,
        ) as served:
            simulator = credentials(served, CLIENT_ID, CLIENT_SECRET)
            run_demo(settings.root, cadence_minutes, simulator, lambda text: click.echo(text, err=True))
    click.echo(f"done in {time.monotonic() - started:.0f} s; all of it is in {settings.root}", err=True)


def _rate(text: str) -> tuple[str, float]:
    name, _, rate = text.partition("=")
    try:
        return name, float(rate)
    except ValueError as error:
        raise UnknownFault(f"--fault {text}: expected NAME=RATE, such as 429=0.05") from error


def _until_interrupted(thread: threading.Thread) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background job starts with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    try:
        thread.join()
    except KeyboardInterrupt:
        click.echo("stopping", err=True)


@contextmanager
def _progress(what: str) -> Iterator[OnProgress]:
    """Yield a callback that draws a bar on a terminal, and prints a few plain lines elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: _line(what, done, total)
        return
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _line(what: str, done: int, total: int) -> None:
    if done * _LINES // total != (done - 1) * _LINES // total:
        click.echo(f"{what}: {done} of {total} crawls", err=True)


if __name__ == "__main__":
    main()
