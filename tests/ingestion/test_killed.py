"""Crawls and loads killed a hundred times: the warehouse ends with what has landed, each crawl once."""

import random
import time
from collections.abc import Iterator

import pytest

from ingestion.clock import utc_now
from ingestion.landing import landed_files
from simulator.world import World
from tests.ingestion.fake_twitch import CLIENT_ID, SECRET
from tests.ingestion.killing import assert_all_is_held_once, held, land_round, run, start, was_killed
from tests.ingestion.landed_crawls import raw_counts, settings_in
from tests.ingestion.simulated_crawls import simulated

KILLS = 50


@pytest.fixture
def environment(tmp_path) -> Iterator[dict[str, str]]:
    with simulated(World(seed=5, streamers=400), tmp_path / "home", utc_now) as (_, settings):
        yield {
            "AIRTIME_HOME": str(settings.root),
            "TWITCH_CLIENT_ID": CLIENT_ID,
            "TWITCH_CLIENT_SECRET": SECRET,
            "HELIX_URL": settings.helix_url,
            "TWITCH_TOKEN_URL": settings.token_url,
        }


def seconds_of(command: str, environment: dict[str, str]) -> float:
    """Return how long a command takes in a process like those that are killed."""
    began = time.monotonic()
    whole = start(run, command, environment)
    whole.join(120)
    assert whole.exitcode == 0
    return time.monotonic() - began


def test_crawls_and_loads_killed_at_a_hundred_random_moments_lose_and_double_nothing(environment):
    settings = settings_in(environment["AIRTIME_HOME"])
    seconds_of("crawl", environment)  # the first makes the token and the tables
    seconds_of("load", environment)
    crawl_seconds = seconds_of("crawl", environment)
    load_seconds = seconds_of("load", environment)
    crawls_killed = loads_killed = rounds = 0
    while min(crawls_killed, loads_killed) < KILLS:
        if crawls_killed < KILLS:
            crawls_killed += was_killed(start(run, "crawl", environment), random.uniform(0, crawl_seconds))
        if loads_killed < KILLS:
            land_round(settings, rounds)
            waiting = len(landed_files(settings.landing)) - len(held(settings))
            delay = random.uniform(0, load_seconds * waiting)
            loads_killed += was_killed(start(run, "load", environment), delay)
        rounds += 1
        assert rounds < 4 * KILLS
    seconds_of("crawl", environment)
    seconds_of("load", environment)
    landed = landed_files(settings.landing)
    assert len(held(settings)) == len(landed) == raw_counts(settings)["crawls"]
    assert_all_is_held_once(settings)
