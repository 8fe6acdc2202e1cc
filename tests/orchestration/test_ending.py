"""SIGTERM to what serves, as a service manager sends it: nothing of it is left."""

import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed
from websockets.sync.client import connect

from tests.ingestion.commands import PROJECT
from tests.ingestion.test_supervised import left
from tests.orchestration.homes import environment

TARGETS = {"ui": "/server_info", "web": "/", "api": "/docs", "notebooks": "/health"}
# make, its Python, the server; Dagster's: webserver, daemon, code servers; marimo's: what runs a notebook
LEAST = {"ui": 6, "web": 2, "api": 2, "notebooks": 5}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@retry(
    retry=retry_if_exception_type((URLError, ConnectionError)),
    stop=stop_after_delay(300),
    wait=wait_fixed(0.2),
)
def wait_for(address: str) -> None:
    urlopen(address, timeout=300).close()


def test_nothing_is_left_of_the_dagster_services_the_pages_the_api_and_the_notebooks(tmp_path: Path):
    with ExitStack() as stack:
        served = {target: serve(target, tmp_path / target, stack.enter_context) for target in TARGETS}
        for target, (_, port) in served.items():
            wait_for(f"http://127.0.0.1:{port}{TARGETS[target]}")
        stack.enter_context(opened(*served["notebooks"]))
        running = {target: len(left(tmp_path / target)) for target in TARGETS}
        assert {target: count for target, count in running.items() if count < LEAST[target]} == {}
        for make, _ in served.values():
            make.terminate()
        for make, _ in served.values():
            make.wait()
    assert {target: left(tmp_path / target) for target in TARGETS} == dict.fromkeys(TARGETS, [])


def serve(target: str, home: Path, entered: Callable) -> tuple[subprocess.Popen, int]:
    port = free_port()
    command = ["make", "--no-print-directory", "-o", "install", target, f"PORT={port}"]
    options = {
        "stdout": subprocess.PIPE,
        "stderr": subprocess.DEVNULL,
        "text": True,
        # make ignores it where whoever started the tests does
        "preexec_fn": lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL),
    }
    make = entered(subprocess.Popen(command, cwd=PROJECT, env=environment(home), **options))
    return make, port


@contextmanager
def opened(make: subprocess.Popen, port: int) -> Iterator[None]:
    """Open a notebook as a browser does; what runs it leads a group of processes of its own."""
    token = next(line for line in make.stdout if "access_token=" in line).strip().rpartition("=")[2]
    asked = urlencode({"session_id": "s", "file": "how_sure_are_we.py", "access_token": token})
    with connect(f"ws://127.0.0.1:{port}/ws?{asked}") as browser:
        browser.recv(timeout=300)
        yield
