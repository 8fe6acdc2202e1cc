"""How long a page takes from opening to its first table, or to what it says instead, in a real browser.

`AIRTIME_HOME=data/demo python -m benchmarks.pages`, on the demonstration's data: the server is warm; a
browser that has never been here and one that has are timed apart. The median of several openings is stated.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from serving.pages.frame import PAGES

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
CLAIMED_SECONDS = 3.0


@click.command()
@click.option("--openings", default=7, show_default=True, type=click.IntRange(1))
@click.option("--chromium", default=CHROMIUM, show_default=True, help="The browser's program.")
def main(openings: int, chromium: str) -> None:
    """Print the seconds to the first table of each page; exit code 1 if a median is above the claim."""
    slowest = 0.0
    with _served() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for page in PAGES:
            url = f"{base}/{page.name}/"
            first, again = _new_visits(browser, url, openings), _return_visits(browser, url, openings)
            slowest = max(slowest, first, again)
            click.echo(f"{page.name:22} new visitor {first:.2f} s, return {again:.2f} s")
        browser.close()
    click.echo(f"slowest median {slowest:.2f} s; claimed: at most {CLAIMED_SECONDS:.0f} s")
    sys.exit(slowest > CLAIMED_SECONDS)


def _new_visits(browser: Browser, url: str, openings: int) -> float:
    seconds = []
    for _ in range(openings):
        context = browser.new_context()
        seconds.append(_seconds(context, url))
        context.close()
    return statistics.median(seconds)


def _return_visits(browser: Browser, url: str, openings: int) -> float:
    context = browser.new_context()
    _seconds(context, url)
    median = statistics.median(_seconds(context, url) for _ in range(openings))
    context.close()
    return median


def _seconds(context: BrowserContext, url: str) -> float:
    page = context.new_page()
    started = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator("marimo-table tbody td, .airtime-note").first.wait_for()
    seconds = time.perf_counter() - started
    page.close()
    return seconds


@contextmanager
def _served() -> Iterator[str]:
    command = [sys.executable, "-m", "serving", "web", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield running.stdout.readline().split("/ ")[0]
        finally:
            running.terminate()


if __name__ == "__main__":
    main()
