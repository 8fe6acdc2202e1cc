"""Crawls described platforms that the simulator serves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ingestion.crawl.running import CrawlOutcome
from ingestion.platforms.crawl import crawl_platform
from ingestion.platforms.description import Limits
from ingestion.platforms.reading import find_description
from simulator.server import Layer, other_platforms
from simulator.truth.world import World
from tests.ingestion.simulated import Simulated, simulated

AT = datetime(2026, 10, 7, 20, 0, 0)


@contextmanager
def serving(home: Path, world: World, layer: Layer | None = None) -> Iterator[Simulated]:
    """Serve all platforms from AT on, and let the environment lead to them."""
    running = simulated(home, world, AT, layer, points_per_minute=12_000)
    with running as live, pytest.MonkeyPatch.context() as told:
        for name, value in other_platforms(live.served).items():
            told.setenv(name, value)
        yield live


def crawl(live: Simulated, platform: str, **options: Any) -> CrawlOutcome:
    """Crawl without a pause between two calls, so that the clock stands still meanwhile."""
    described = find_description(live.settings, platform)
    description = described.model_copy(update={"limits": Limits(calls_a_minute=10**9)})
    return crawl_platform(description, live.settings, now=live.clock.now, sleep=live.clock.sleep, **options)


def landed(crawled: CrawlOutcome) -> list[dict]:
    return pq.read_table(crawled.path).to_pylist()
