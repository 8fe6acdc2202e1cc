"""Tests of runs that are killed: what has landed is never lost, and never counted twice."""

import subprocess
import sys
import threading

import pyarrow.parquet as pq
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from ingestion.landing.files import landed_files
from ingestion.settings import Settings
from ingestion.warehouse.load import load
from tests.ingestion.commands import clean_environment
from tests.ingestion.landed_crawls import rows_of
from tests.ingestion.loopback import Web

ITEMS = 170
SLOW = """\
title: Slow
client: {base_url: "https://slow.example", url_variable: SLOW_URL}
budget: {calls_per_minute: 100000}
kinds:
  slow.thing:
    endpoint: {path: "things/{id}"}
    metrics: {value: {path: value, sort: counter}}
    discover: {each: more, kind: slow.thing, id: id}
    schedule: {every: 52w}
"""


class Killer:
    """Answers, and kills the process that asks while its n-th call waits for the answer."""

    def __init__(self, web: Web) -> None:
        self.calls, self.kill_at = 0, 0
        self.process: subprocess.Popen[bytes] | None = None
        self.started = threading.Event()
        web.app = Starlette(routes=[Route("/things/{name}", self.answer)])

    async def answer(self, request: Request) -> JSONResponse:
        self.calls += 1
        if self.calls == self.kill_at:
            self.started.wait(30)
            self.process.kill()
        name = request.path_params["name"]
        more = [{"id": f"child-{name}"}] if name in ("t000", "t060") else []
        return JSONResponse({"value": self.calls, "more": more})


@pytest.fixture
def killer(settings: Settings, web: Web) -> Killer:
    folder = settings.root / "kinds"
    folder.mkdir(parents=True)
    (folder / "slow.yml").write_text(SLOW)
    rows = "".join(f"slow.thing,t{number:03},,\n" for number in range(ITEMS))
    (settings.root / "tracked.csv").write_text(f"kind,id,label,until\n{rows}")
    return Killer(web)


def run(settings: Settings, web: Web, killer: Killer, kill_at: int) -> int:
    killer.calls, killer.kill_at = 0, kill_at
    killer.started.clear()
    command = [sys.executable, "-m", "ingestion", "track", "run"]
    environment = clean_environment(settings.root, SLOW_URL=web.url)
    with subprocess.Popen(
        command, env=environment, cwd=settings.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        killer.process = process
        killer.started.set()
        process.communicate(timeout=120)
    return process.returncode


def test_no_kill_loses_a_landed_answer_or_doubles_one(settings: Settings, web: Web, killer: Killer):
    # before anything has landed, just before and after a file lands, and in the midst of the next
    for kill_at in (1, 50, 51, 52, 60):
        assert run(settings, web, killer, kill_at) == -9
        load(settings)
    assert run(settings, web, killer, 0) == 0
    assert run(settings, web, killer, 0) == 0
    load(settings)
    landed = [
        (item_id, row["answered_at"])
        for name in landed_files(settings.landing)
        for row in pq.read_table(settings.landing / name).to_pylist()
        for item_id in row["ids"]
    ]
    raw = rows_of(settings, "select item_id, observed_at from raw.readings")
    assert sorted(landed) == sorted((row["item_id"], row["observed_at"]) for row in raw)
    asked = [item_id for item_id, _ in landed]
    assert len(asked) == len(set(asked))
    assert {f"t{number:03}" for number in range(ITEMS)} | {"child-t000", "child-t060"} == set(asked)
    assert not list(settings.landing.rglob("*.tmp")) or load(settings).files == 0
