"""Crawls and loads killed again and again: the warehouse ends with what has landed, each crawl once."""

import random
import sys
from collections.abc import Iterator

import pytest

from ingestion.clock import utc_now
from ingestion.landing.files import landed_files
from simulator.truth.world import World
from tests.ingestion.crawl.simulated_crawls import simulated
from tests.ingestion.fake_twitch import CLIENT_ID, SECRET
from tests.ingestion.landed_crawls import raw_counts, settings_in
from tests.ingestion.warehouse.killing import (
    Kill,
    assert_all_is_held_once,
    held,
    land_round,
    run,
    start,
    steps_of,
    was_killed,
)
from tests.lengths import times

KILLS = 5  # of crawls, and as many of loads


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


def kills(steps: int, dice: random.Random) -> list[Kill]:
    """Return kills that are spread over so many steps, some of them a moment after a step has begun."""
    return [
        Kill(1 + int(steps * (number + dice.random()) / KILLS), dice.choice((0, 0, 0.01, 0.05)))
        for number in range(KILLS)
    ]


def kill(command: str, environment: dict[str, str], at: Kill) -> None:
    """Kill the command there; when it took fewer steps this time, kill another one half way there."""
    sys.stdout.write(f"{command} killed at {at}\n")  # shown when the test fails
    if not was_killed(start(run, command, environment, kill=at)):
        assert at.step > 1
        kill(command, environment, Kill(at.step // 2))


@pytest.mark.parametrize("seed", range(times(1, 10)))
def test_killed_crawls_and_loads_lose_and_double_nothing(environment, seed: int):
    settings, dice = settings_in(environment["AIRTIME_HOME"]), random.Random(seed)
    steps_of(run, "crawl", environment)  # the first makes the token and the tables
    steps_of(run, "load", environment)
    crawls = kills(steps_of(run, "crawl", environment), dice)
    loads = kills(steps_of(run, "load", environment), dice)
    for number, (of_crawl, of_load) in enumerate(zip(crawls, loads, strict=True)):
        kill("crawl", environment, of_crawl)
        land_round(settings, number)
        kill("load", environment, of_load)
    steps_of(run, "crawl", environment)
    steps_of(run, "load", environment)
    landed = landed_files(settings.landing)
    assert len(held(settings)) == len(landed) == raw_counts(settings)["crawls"]
    assert_all_is_held_once(settings)
