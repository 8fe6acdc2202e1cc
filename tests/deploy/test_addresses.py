"""Services behind a proxy or in a container: the address they listen on, and the one they are reached by."""

import os
import socket

import pytest
import uvicorn
from click.testing import CliRunner

import orchestration.__main__
import serving.pages.server
from serving.__main__ import main as serving_cli


@pytest.fixture
def port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


@pytest.mark.parametrize("given", [{}, {"AIRTIME_UI_URL": "https://airtime.example.org:3443"}])
def test_alerts_link_to_the_address_that_is_set_or_else_to_where_the_ui_listens(
    given, port, tmp_path, monkeypatch
):
    monkeypatch.setattr(orchestration.__main__, "become", lambda command: None)
    monkeypatch.delenv("AIRTIME_UI_URL", raising=False)
    for name, value in {"AIRTIME_HOME": str(tmp_path), **given}.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(orchestration.__main__.cli, ["ui", "--port", port])
    assert done.exit_code == 0, done.output
    assert os.environ["AIRTIME_UI_URL"] == given.get("AIRTIME_UI_URL", f"http://127.0.0.1:{port}")


def test_the_pages_listen_where_they_are_told_to(tmp_path, monkeypatch):
    bound = []
    monkeypatch.setattr(serving.pages.server, "web", lambda published, now: None)
    monkeypatch.setattr(
        uvicorn.Server, "run", lambda _, sockets: bound.extend(one.getsockname()[0] for one in sockets)
    )
    monkeypatch.setenv("AIRTIME_HOME", str(tmp_path))
    for host in ("127.0.0.2", "0.0.0.0"):
        done = CliRunner().invoke(serving_cli, ["web", "--host", host, "--port", "0"])
        assert (done.exit_code, bound.pop()) == (0, host), done.output
