"""Serves a simulated Twitch to a crawl of its own home, on a clock that only sleeping moves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from ingestion.crawl.running import CrawlOutcome
from ingestion.settings import Settings
from simulator.server import Layer, Served, serve
from simulator.truth.world import World
from tests.ingestion.fake_twitch import CLIENT_ID, SECRET
from tests.ingestion.of_twitch import crawl_streams

AT = datetime(2026, 10, 7, 20, 0, 0)


@contextmanager
def simulated(
    world: World, home: Path, now: Callable[[], datetime], layer: Layer | None = None, **options
) -> Iterator[tuple[Served, Settings]]:
    """Serve `world` at `now`; yield what is served and the settings of a home that collects from it."""
    with serve(world, client_id=CLIENT_ID, client_secret=SECRET, clock=now, layer=layer, **options) as served:
        yield served, settings_for(served, home)


def settings_for(served: Served, home: Path) -> Settings:
    return Settings(
        _env_file=None,
        AIRTIME_HOME=home,
        TWITCH_CLIENT_ID=CLIENT_ID,
        TWITCH_CLIENT_SECRET=SECRET,
        HELIX_URL=served.helix_url,
        TWITCH_TOKEN_URL=served.token_url,
        IGDB_URL=served.igdb_url,
    )


def landed_viewers(crawled: CrawlOutcome) -> dict[str, int]:
    """Return what has landed as viewers by stream id, each id once."""
    landed = pq.read_table(crawled.path, columns=["id", "viewer_count"]).to_pylist()
    viewers = {row["id"]: row["viewer_count"] for row in landed}
    assert len(viewers) == len(landed) == crawled.record.streams
    return viewers


def live_viewers(world: World, at: datetime = AT) -> dict[str, int]:
    return {stream.stream_id: stream.viewers for stream in world.live(at)}


def crawl(settings: Settings, clock, **options) -> CrawlOutcome:
    return crawl_streams(settings, now=clock.now, sleep=clock.sleep, **options)
