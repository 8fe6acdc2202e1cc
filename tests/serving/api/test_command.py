"""The command that serves: a process of its own, on loopback, with the settings of the environment."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.places import PROJECT
from tests.serving.api.marts import publish_marts

# Of this machine, as 127.0.0.1 is, but not the one that is listened on.
ANOTHER_ADDRESS = "127.0.0.2"


def free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


@contextmanager
def command(home: Path, **settings: str) -> Iterator[subprocess.Popen]:
    """Run the command until the block ends; it is ready when it has said its address."""
    environment = {**os.environ, "AIRTIME_HOME": str(home), **settings}
    with subprocess.Popen(
        [sys.executable, "-m", "serving", "api"],
        env=environment,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def answer(url: str, **options: object) -> requests.Response:
    for _ in range(200):
        try:
            return requests.get(url, timeout=10, **options)
        except requests.ConnectionError:
            time.sleep(0.05)
    raise TimeoutError(url)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("command")
    publish_marts(home)
    return home


def test_it_serves_on_loopback_at_the_port_and_with_the_key_of_the_settings(home):
    port = free_port()
    with command(home, AIRTIME_API_PORT=str(port), AIRTIME_API_KEY="a key") as process:
        url = f"http://127.0.0.1:{port}"
        assert process.stdout.readline() == f"{url}/docs describes the API; Ctrl-C ends it\n"
        assert answer(f"{url}/v1/crawls").status_code == 401
        right = answer(f"{url}/v1/crawls?limit=1", headers={"Authorization": "Bearer a key"})
        assert right.json()["meta"]["count"] == 1
        with pytest.raises(OSError), socket.create_connection((ANOTHER_ADDRESS, port), timeout=2):
            pass
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert "Traceback" not in said and "a key" not in said


def test_its_health_check_watches_over_the_platforms_whose_credentials_are_set(home):
    port = free_port()
    with command(home, AIRTIME_API_PORT=str(port), SOOP_CLIENT_ID="an-id", TROVO_CLIENT_ID="") as process:
        assert process.stdout.readline()
        rows = answer(f"http://127.0.0.1:{port}/health").json()["platforms"]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert {row["platform"] for row in rows if row["is_on"]} == {"soop"}


def test_a_platform_that_the_settings_misspell_is_said_plainly(home):
    with command(home, AIRTIME_PLATFORMS="sop") as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said == "Error: setting AIRTIME_PLATFORMS: there is no platform sop; did you mean soop?\n"


def test_a_port_in_use_is_said_plainly(home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with command(home, AIRTIME_API_PORT=str(port)) as process:
            _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said == (
        f"Error: 127.0.0.1:{port} cannot be listened on: address already in use; end what uses it, "
        "or choose another with AIRTIME_API_PORT or --port\n"
    )
