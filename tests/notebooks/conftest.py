"""One server for all tests of the pages."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.notebooks.browser import Opened
from tests.notebooks.copies import many_days, no_crawl, one_day, rotten, torn


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def copies(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("copies")
    made = {
        "many_days": many_days,
        "one_day": one_day,
        "no_crawl": no_crawl,
        "torn": torn,
        "rotten": rotten,
    }
    return {name: make(folder / name) for name, make in made.items()}


@pytest.fixture(scope="session")
def put(home, copies) -> Callable[[str | None], Path]:
    """Publish one of the copies as `airtime publish` does, by one rename; None takes it away."""
    published = home / "published" / "airtime.duckdb"
    published.parent.mkdir()

    def put(name: str | None) -> Path:
        published.unlink(missing_ok=True)
        if name:
            shutil.copy(copies[name], published.with_name("next")).replace(published)
        return published

    return put


@pytest.fixture(scope="session")
def server(home) -> Iterator[tuple[subprocess.Popen, str, Path]]:
    """Run `python -m serving web` on a free port; yield its process, address and what it complains of."""
    command = [sys.executable, "-m", "serving", "web", "--port", "0"]
    environment = {**os.environ, "AIRTIME_HOME": str(home)}
    log = home / "web.log"
    with (
        log.open("w") as complaints,
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=complaints, text=True
        ) as running,
    ):
        try:
            yield running, running.stdout.readline().split("/ ")[0], log
        finally:
            running.terminate()


@pytest.fixture
def opening(browser, server) -> Iterator[Callable[[], Opened]]:
    """Open pages in tabs of their own; afterwards none may have met a problem, nor the server."""
    _, base, log = server
    with _said_nothing(log), browser.new_context() as context:
        opened: list[Opened] = []

        def open_(path: str) -> Opened:
            opened.append(Opened(context.new_page(), base))
            return opened[-1].go(path)

        yield open_
        assert [problem for one in opened for problem in one.problems] == []


@contextmanager
def _said_nothing(log: Path) -> Iterator[None]:
    before = len(log.read_text())
    yield
    said = log.read_text()[before:]
    assert not said, f"{said[:4000]}\n..\n{said[-4000:]}"
