"""How often, in what order and where tests run, and what is started once: a browser and a demonstration."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from tests.demonstration import ODD_NAME, Demonstrated, demo
from tests.lengths import LONG
from tests.sharing import Sharing, longest_first

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)

# a whole run writes less than one gigabyte
MEMORY, ROOM = Path("/dev/shm"), 6 * 2**30

settings.register_profile(LONG)


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    """Let no test leave a variable behind: what this process is told of, the next test would be told, too."""
    before = dict(os.environ)
    yield
    if before != os.environ:
        os.environ.clear()
        os.environ.update(before)


def pytest_configure() -> None:
    """Keep homes in memory where there is room: on a disk, SQLite and DuckDB wait as long as they work."""
    if MEMORY.is_dir() and min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available) >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    return Sharing(config, log)


@pytest.fixture(autouse=True)
def same_environment() -> Iterator[None]:
    """Take back what a test's commands told the dbt of this process: the next test starts another."""
    before = dict(os.environ)
    yield
    kept = {"PYTEST_CURRENT_TEST"}
    for name in os.environ.keys() - before.keys() - kept:
        del os.environ[name]
    os.environ.update({name: value for name, value in before.items() if name not in kept})


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not found:
        pytest.skip("no Chromium is installed; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def demonstrated(tmp_path_factory) -> Demonstrated:
    home = tmp_path_factory.mktemp("demo") / ODD_NAME
    return Demonstrated(home, demo(home))
