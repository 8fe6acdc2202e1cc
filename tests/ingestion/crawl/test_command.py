"""Tests of `python -m ingestion crawl` as a process: signals, exit codes, what it shows and how."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingestion.landing.files import landed_files, read_record
from simulator.demo import credentials
from simulator.faults.injected import Faults
from simulator.server import serve
from simulator.truth.world import World
from tests.ingestion.commands import clean_environment, ingestion
from tests.ingestion.fake_twitch import CLIENT_ID, SECRET

SLOW = Faults({"slow": 1.0}, slow_seconds=3)


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=3, streamers=3000)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@contextmanager
def _environment(world: World, layer: Faults | None = None) -> Iterator[dict[str, str]]:
    with serve(world, client_id=CLIENT_ID, client_secret=SECRET, layer=layer) as served:
        yield credentials(served, CLIENT_ID, SECRET)


@contextmanager
def _crawling(home: Path, variables: dict[str, str], *options: str) -> Iterator[subprocess.Popen]:
    """Start a crawl and wait for its first event."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ingestion", "crawl", "--json", *options],
        env=clean_environment(home, **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert json.loads(process.stderr.readline())["event"] == "crawl started"
        yield process
    finally:
        process.kill()
        process.communicate()


def _record(home: Path) -> dict:
    [name] = landed_files(home / "landing")
    return read_record(home / "landing" / name)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_crawl_lands_what_there_is_as_incomplete(number, code: int, world: World, home: Path):
    with _environment(world, SLOW) as variables, _crawling(home, variables) as process:
        while json.loads(process.stderr.readline())["event"] != "page":
            pass
        process.send_signal(number)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == code
    record = _record(home)
    assert (record["is_complete"], record["stop_reason"]) == (False, "interrupted")
    assert record["streams"] > 0
    assert json.loads(said)["stop_reason"] == "interrupted"


def test_the_second_of_two_crawls_says_who_holds_the_lock_and_exits_3(world: World, home: Path):
    with _environment(world, Faults({"hanging": 1.0})) as variables, _crawling(home, variables) as process:
        second = ingestion(home, "crawl", **variables)
        assert second.returncode == 3
        assert f"Error: a crawl is running already (process {process.pid}, since " in second.stderr
        second = ingestion(home, "crawl", "--json", **variables)
        error = json.loads(second.stderr)
        assert (error["event"], error["exit_code"], second.stdout) == ("error", 3, "")


def test_json_is_one_object_a_line_and_the_record_alone_on_standard_output(world: World, home: Path):
    with _environment(world) as variables:
        done = ingestion(home, "crawl", "--json", **variables)
    assert done.returncode == 0
    events = [json.loads(line) for line in done.stderr.splitlines()]
    names = [event["event"] for event in events]
    assert (names[0], set(names)) == ("crawl started", {"crawl started", "page", "chain ended"})
    record = json.loads(done.stdout)
    landed = _record(home)
    assert {name: record[name] for name in landed if name != "kind"} == {
        name: value for name, value in landed.items() if name != "kind"
    }
    assert names.count("page") == landed["pages"]
    assert names.count("chain ended") == len(landed["chains"])


def test_without_a_terminal_each_event_is_a_line_and_pages_are_few(world: World, home: Path):
    with _environment(world) as variables:
        done = ingestion(home, "crawl", **variables)
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert re.search(r" crawl started: chains=32 languages=187 deadline_seconds=(299\.\d|300\.0)$", lines[0])
    assert sum(" page: " in line for line in lines) <= 3
    [english] = [line for line in lines if ' chain ended: languages="en"' in line]
    assert 'stop_reason="end"' in english
    assert done.stdout.startswith("landed ")
    assert done.stdout.count("\n") == 1


def test_on_a_terminal_pages_streams_and_points_are_live(world: World, home: Path):
    leader, follower = pty.openpty()
    with _environment(world) as variables:
        environment = clean_environment(home, TERM="xterm", COLUMNS="120", **variables)
        command = [sys.executable, "-m", "ingestion", "crawl"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=follower) as process:
            os.close(follower)
            shown = b"".join(iter(lambda: _read(leader), b"")).decode()
            said = process.stdout.read().decode()
    os.close(leader)
    assert process.returncode == 0
    assert said.startswith("landed ")
    for part in ("crawling", " pages, ", " streams, ", " points left", "0:00:0"):
        assert part in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that nobody holds the other side any more
        return b""


def test_a_deadline_before_the_first_page_lands_an_empty_crawl_and_exits_1(world: World, home: Path):
    with _environment(world, SLOW) as variables:
        done = ingestion(home, "crawl", "--deadline-seconds", "0.7", **variables)
    assert done.returncode == 1
    record = _record(home)
    assert (record["is_complete"], record["stop_reason"], record["pages"]) == (False, "deadline", 0)
    warning, error = done.stderr.splitlines()[-2:]
    assert warning.startswith("Warning: the crawl is incomplete (deadline)")
    assert error == "Error: the crawl fetched no page, deadline; it has landed as incomplete and empty"
