"""Tests of crawls that run out of time, on the real clock: none outlives its deadline."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.client import http
from ingestion.client.http import Transport
from ingestion.client.pacing import Pacer
from ingestion.clock import Deadline, OutOfTime, utc_now
from ingestion.crawl.running import CrawlOutcome
from simulator.faults.injected import Faults
from simulator.truth.world import World
from tests.ingestion.crawl.simulated_crawls import landed_viewers, simulated
from tests.ingestion.fake_twitch import answer
from tests.ingestion.loopback import Clock
from tests.ingestion.of_twitch import crawl_streams

# The slack is for a busy machine; without a deadline each of these calls takes 20 seconds and more.
SECONDS, SLACK = 3.0, 12.0


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=3, streamers=1500)


def _crawl(world: World, home: Path, layer: Faults, **options) -> tuple[CrawlOutcome, float]:
    with simulated(world, home, utc_now, layer, **options) as (_, settings):
        started = time.monotonic()
        crawled = crawl_streams(settings, now=utc_now, deadline_seconds=SECONDS)
        return crawled, time.monotonic() - started


@pytest.mark.parametrize("fault", ["hanging", "trickling", "slow", "429", "500", "503"])
def test_a_crawl_that_gets_nowhere_lands_at_its_deadline(fault: str, world: World, tmp_path: Path):
    crawled, seconds = _crawl(world, tmp_path, Faults({fault: 1.0}, skip_calls=10, slow_seconds=20))
    assert seconds < SECONDS + SLACK
    assert (crawled.record.is_complete, "deadline" in crawled.record.stop_reason) == (False, True)
    assert len(landed_viewers(crawled)) > 0


def test_an_empty_bucket_is_not_waited_for_beyond_the_deadline(world: World, tmp_path: Path):
    crawled, seconds = _crawl(world, tmp_path, Faults({}), points_per_minute=10)
    assert seconds < SECONDS + SLACK
    assert not crawled.record.is_complete


def test_a_trickling_answer_is_given_up_and_asked_for_again(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(http, "ANSWER_SECONDS", 2.0)
    with simulated(world, tmp_path, utc_now, Faults({"trickling": 1.0}, most=1)) as (_, settings):
        crawled = crawl_streams(settings, now=utc_now, deadline_seconds=20)
    assert crawled.record.is_complete
    assert crawled.record.points_used == crawled.record.pages + 1


def test_no_call_is_begun_after_the_deadline(clock: Clock, web, twitch):
    deadline = Deadline(clock.now, clock.sleep, seconds=30)
    transport = Transport(Pacer(clock.now, deadline.sleep), deadline)
    clock.sleep(31)
    with pytest.raises(OutOfTime, match="deadline"):
        transport.json("GET", f"{web.url}/helix/streams")
    assert twitch.requests == []


def test_no_retry_sleeps_through_the_deadline(clock: Clock, web, twitch):
    twitch.faults["/helix/streams"] = [answer(500)] * 9
    deadline = Deadline(clock.now, clock.sleep, seconds=3)
    transport = Transport(Pacer(clock.now, deadline.sleep), deadline)
    started = clock.now()
    with pytest.raises(OutOfTime):
        transport.json("GET", f"{web.url}/helix/streams")
    assert 0 < (clock.now() - started).total_seconds() <= 3


def test_the_first_reason_to_stop_counts():
    deadline = Deadline(lambda: datetime.now(UTC).replace(tzinfo=None), seconds=60)
    assert deadline.reason == ""
    deadline.call_off("interrupted")
    deadline.call_off("deadline")
    assert (deadline.reason, deadline.seconds_left()) == ("interrupted", 0)
    with pytest.raises(OutOfTime, match="interrupted"):
        deadline.sleep(1)
