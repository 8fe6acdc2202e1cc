"""Seeded crawls under each of the simulator's faults, and under all of them: nothing lost, nothing untrue."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from ingestion.client import http
from ingestion.client.application import RefusedCredentials
from ingestion.crawl.running import CrawlOutcome
from simulator.faults.injected import ALL_FAULTS, Faults
from simulator.truth.world import World
from tests.ingestion.crawl.simulated_crawls import AT, crawl, simulated
from tests.ingestion.crawl.witness import Witness
from tests.ingestion.loopback import Clock

CRAWLS_OF_EACH, CRAWLS_OF_ALL = 7, 80
# A trickle is measured by the clock, which stands still here: see test_deadline.
FAULTS = [fault for fault in ALL_FAULTS if fault != "trickling"]
RATES = {"hanging": 0.1, "401": 0.05, "empty_pages": 0.1}
POINTS = 40
CADENCE = timedelta(minutes=5)


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=11, streamers=2500)


def _crawl_again_and_again(
    count: int, rates: dict[str, float], world: World, home: Path, seed: int
) -> list[CrawlOutcome]:
    """Crawl `count` times, a cadence apart, somebody else having used part of the bucket; check each.

    Only where answers hang is the client impatient: on a busy machine it would give up whole answers.
    """
    clock, rng = Clock(AT), Random(seed)
    witness = Witness(Faults(rates, seed=seed, slow_seconds=0.05, clock=clock.now))
    crawls = []
    read_seconds = 1.0 if "hanging" in rates else http.READ_SECONDS
    with (
        pytest.MonkeyPatch.context() as patched,
        simulated(world, home, clock.now, witness, points_per_minute=POINTS) as (served, settings),
    ):
        patched.setattr(http, "READ_SECONDS", read_seconds)
        for _ in range(count):
            witness.forget()
            served.box.helix_bucket.points = rng.uniform(1, POINTS)
            try:
                crawled = crawl(settings, clock)
            except RefusedCredentials:
                assert "401" in rates and not witness.returned
            else:
                witness.check(crawled)
                assert crawled.record.finished_at - crawled.record.observed_at <= CADENCE
                crawls.append(crawled)
            clock.sleep((AT + CADENCE * (len(crawls) + 1) - clock.now()).total_seconds() % 300)
    return crawls


@pytest.mark.parametrize("fault", FAULTS)
def test_under_one_fault_no_stream_is_lost_and_every_record_is_true(fault: str, world: World, tmp_path):
    rates = {fault: RATES.get(fault, 0.2)}
    crawls = _crawl_again_and_again(CRAWLS_OF_EACH, rates, world, tmp_path, seed=3)
    assert crawls
    if fault in ("doubles", "misses", "slow", "short_pages", "nulls", "unknown_games", "new_fields"):
        assert all(crawled.record.is_complete for crawled in crawls)


def test_under_all_faults_no_stream_is_lost_and_every_record_is_true(world: World, tmp_path):
    crawls = _crawl_again_and_again(CRAWLS_OF_ALL, dict.fromkeys(FAULTS, 0.02), world, tmp_path, seed=5)
    complete = sum(crawled.record.is_complete for crawled in crawls)
    assert CRAWLS_OF_ALL / 4 < complete < CRAWLS_OF_ALL


def test_a_token_that_ends_after_some_calls_is_renewed_by_one_chain_for_all(world: World, tmp_path):
    clock = Clock(AT)
    witness = Witness(Faults({}, clock=clock.now))
    with simulated(world, tmp_path, clock.now, witness, token_calls=20) as (served, settings):
        for _ in range(3):
            witness.forget()
            crawled = crawl(settings, clock)
            witness.check(crawled)
            assert crawled.record.is_complete
    calls = served.box.calls["/helix/streams"]
    assert calls // 20 <= served.box.desk.minted <= calls // 20 + 1
