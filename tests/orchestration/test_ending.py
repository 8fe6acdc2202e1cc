"""SIGTERM to what serves, as a service manager sends it: nothing of it is left."""

import socket
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from tests.ingestion.commands import PROJECT
from tests.ingestion.test_supervised import left
from tests.orchestration.homes import environment

TARGETS = {"ui": "/server_info", "web": "/", "api": "/docs"}


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


def test_nothing_is_left_of_the_dagster_services_the_pages_and_the_api(tmp_path: Path):
    with ExitStack() as stack:
        served = {target: serve(target, tmp_path / target, stack.enter_context) for target in TARGETS}
        for target, (_, port) in served.items():
            wait_for(f"http://127.0.0.1:{port}{TARGETS[target]}")
        # make, its Python, dagster's own, webserver, daemon and code servers
        assert len(left(tmp_path / "ui")) >= 6
        for make, _ in served.values():
            make.terminate()
        for make, _ in served.values():
            make.wait()
    assert {target: left(tmp_path / target) for target in TARGETS} == dict.fromkeys(TARGETS, [])


def serve(target: str, home: Path, entered: Callable) -> tuple[subprocess.Popen, int]:
    port = free_port()
    command = ["make", "--no-print-directory", "-o", "install", target, f"PORT={port}"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    make = entered(subprocess.Popen(command, cwd=PROJECT, env=environment(home), **quiet))
    return make, port
