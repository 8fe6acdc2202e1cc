"""Takes the documentation's pictures in a real browser: the rankings page, and what a ranking comes from."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from playwright.sync_api import Page, expect, sync_playwright

from ingestion.settings import Settings

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
LOOPBACK = "127.0.0.1"
WIDE = {"width": 1280, "height": 860}
GRAPH = {"width": 1800, "height": 1000}
SECONDS_TO_START = 120


@click.command()
@click.option("--chromium", default="/usr/bin/chromium", show_default=True, help="The browser's program.")
def main(chromium: str) -> None:
    """Take the pictures of what AIRTIME_HOME holds; `make screenshots` takes them of the demonstration."""
    published = Settings().published
    if not published.exists():
        raise click.UsageError(f"{published} is not there yet; run `make demo` first")
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        with _served("serving", "web") as base:
            _take_rankings(browser.new_page(viewport=WIDE), base)
        with _served("orchestration", "ui") as base:
            _take_graph(browser.new_page(viewport=GRAPH), base)
        browser.close()


def _take_rankings(page: Page, base: str) -> None:
    page.goto(f"{base}/who_leads/")
    page.locator("marimo-table tbody td").first.wait_for()
    _take(page, "who_leads")


def _take_graph(page: Page, base: str) -> None:
    page.goto(f"{base}/assets/marts/rank_streamers?view=lineage&lineageScope=neighbors&lineageDepth=1")
    page.get_by_text("Materialized").first.wait_for(timeout=SECONDS_TO_START * 1000)
    expect(page.get_by_text("Loading...")).to_have_count(0, timeout=SECONDS_TO_START * 1000)
    _take(page, "asset_graph")


def _take(page: Page, name: str) -> None:
    page.wait_for_timeout(2000)  # what moves comes to rest
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    click.echo(f"{path}: {path.stat().st_size:,} bytes")


@contextmanager
def _served(module: str, command: str) -> Iterator[str]:
    """Run `python -m <module> <command>` on a free port; end it with all that it has started."""
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    line = [sys.executable, "-m", module, command, "--port", str(port)]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, start_new_session=True) as running:
        try:
            _wait_for(port, running)
            yield f"http://{LOOPBACK}:{port}"
        finally:
            os.killpg(running.pid, signal.SIGTERM)


def _wait_for(port: int, running: subprocess.Popen) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while running.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise click.ClickException(f"{' '.join(map(str, running.args[1:]))} does not answer")


if __name__ == "__main__":
    main()
