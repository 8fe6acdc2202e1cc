"""Tests of calls and services that are asked side by side: nobody waits for an answer that is not theirs."""

import asyncio
import os

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from ingestion.clock import utc_now
from ingestion.crawl.lock import one_crawl_at_a_time
from ingestion.settings import Settings
from ingestion.sources.reading import read_catalogue
from ingestion.track.outcome import Outcome
from ingestion.track.running import run_due
from tests.ingestion.loopback import Web

DESCRIPTION = """\
title: {name}
client: {{base_url: "https://numbers.example", url_variable: NUMBERS_URL}}
budget: {{calls_per_minute: {rate}}}
kinds:
  {name}.number:
    endpoint: {{path: "numbers/{{id}}"}}
    metrics: {{value: {{path: value, sort: gauge}}}}
    schedule: {{every: 52w}}
"""
LONGEST_SECONDS = 60


@pytest.fixture
def home(settings: Settings, web: Web) -> Settings:
    (settings.root / "kinds").mkdir(parents=True)
    os.environ["NUMBERS_URL"] = web.url
    return settings


def track(home: Settings, name: str, count: int, rate: int = 6000) -> None:
    """Describe a service, and track so many numbers of it besides what is tracked."""
    (home.root / "kinds" / f"{name}.yml").write_text(DESCRIPTION.format(name=name, rate=rate))
    listed = home.root / "tracked.csv"
    rows = listed.read_text() if listed.exists() else "kind,id,label,until\n"
    listed.write_text(rows + "".join(f"{name}.number,{number},,\n" for number in range(count)))


def run(home: Settings, service: str = "") -> Outcome:
    return run_due(home, read_catalogue(home), now=utc_now, service=service)


class Together:
    """Answers no call before so many wait for an answer at once."""

    def __init__(self, web: Web, count: int) -> None:
        self.count, self.waiting = count, 0
        self.all_there = asyncio.Event()
        web.app = Starlette(routes=[Route("/numbers/{number}", self.answer)])

    async def answer(self, request: Request) -> JSONResponse:
        self.waiting += 1
        if self.waiting == self.count:
            self.all_there.set()
        try:
            await asyncio.wait_for(self.all_there.wait(), LONGEST_SECONDS)
        except TimeoutError:
            return JSONResponse({}, 400)
        return JSONResponse({"value": 1})


def test_a_service_is_asked_at_once_as_its_rate_allows(home: Settings, web: Web):
    track(home, "quick", 8)
    Together(web, 8)
    outcome = run(home)
    assert (outcome.asked, outcome.failed, outcome.calls) == (8, 0, 8)


class Landing:
    """Answers the second call only when the answer to the first has landed."""

    def __init__(self, home: Settings, web: Web) -> None:
        self.home, self.calls = home, 0
        web.app = Starlette(routes=[Route("/numbers/{number}", self.answer)])

    async def answer(self, request: Request) -> JSONResponse:
        self.calls += 1
        tries = 0
        while self.calls == 2 and not list(self.home.landing.rglob("[0-9]*.parquet")):
            await asyncio.sleep(0.1)
            tries += 1
            if tries > LONGEST_SECONDS * 10:
                return JSONResponse({}, 400)
        return JSONResponse({"value": 1})


def test_an_answer_lands_though_the_service_is_slow_with_the_next(home: Settings, web: Web):
    track(home, "slow", 2, rate=60)
    Landing(home, web)
    outcome = run(home)
    assert (outcome.asked, outcome.failed) == (2, 0)
    assert len(list(home.landing.rglob("[0-9]*.parquet"))) == 2


def test_a_service_that_another_run_asks_is_left_to_it_and_the_others_are_asked(home: Settings, web: Web):
    track(home, "quick", 2)
    track(home, "other", 3)
    Together(web, 1)
    with one_crawl_at_a_time(home.root / "track-other.lock", utc_now):
        outcome = run(home)
    assert (outcome.due, outcome.asked, outcome.ended) == (2, 2, [])
    [note] = outcome.notes
    assert note.startswith("a run of track for other is running already (process ")
    assert run(home).asked == 3


def test_a_run_of_one_service_asks_no_other(home: Settings, web: Web):
    track(home, "quick", 2)
    track(home, "other", 3)
    Together(web, 1)
    assert [run(home, "other").asked for _ in range(2)] == [3, 0]
    assert run(home).asked == 2
