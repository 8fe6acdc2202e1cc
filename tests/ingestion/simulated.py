"""Serves a simulated world to ingestion, on a clock that only sleeping and the test move."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ingestion.client.asking import Cost
from ingestion.enrich.enrichment import enrich
from ingestion.settings import Settings
from ingestion.warehouse.load import load
from simulator.server import Layer, Served, serve
from simulator.truth.world import World
from tests.ingestion.fake_twitch import CLIENT_ID, SECRET
from tests.ingestion.landed_crawls import rows_of
from tests.ingestion.loopback import Clock
from tests.ingestion.of_twitch import crawl_streams


@dataclass
class Simulated:
    """A world that is served, the settings that lead to it, and the clock of both."""

    world: World
    clock: Clock
    served: Served
    settings: Settings

    def crawl(self) -> None:
        """Land one crawl and load it."""
        crawl_streams(self.settings, now=self.clock.now, sleep=self.clock.sleep)
        load(self.settings)

    def enrich(self, **changes: Any) -> dict[str, Cost]:
        """Enrich once, under changed settings; return the last cost of each kind of question."""
        settings = self.settings.model_copy(update=changes)
        return {cost.step: cost for cost in enrich(settings, now=self.clock.now, sleep=self.clock.sleep)}

    def later(self, **time: float) -> datetime:
        """Move the clock; return the new moment."""
        self.clock.moment += timedelta(**time)
        return self.clock.moment

    def rows(self, query: str) -> list[tuple]:
        """Return the rows of a query on the warehouse."""
        return [tuple(row.values()) for row in rows_of(self.settings, query)]

    def calls(self, path: str) -> int:
        """Return how often a path of the platform has been asked."""
        return self.served.box.calls.get(path, 0)


@contextmanager
def simulated(
    home: Path, world: World, start: datetime, layer: Layer | None = None, **limits: int
) -> Iterator[Simulated]:
    """Serve `world` from `start` on until the block ends."""
    clock = Clock(start)
    with serve(
        world, client_id=CLIENT_ID, client_secret=SECRET, clock=clock.now, layer=layer, **limits
    ) as served:
        settings = Settings(
            _env_file=None,
            AIRTIME_HOME=home,
            TWITCH_CLIENT_ID=CLIENT_ID,
            TWITCH_CLIENT_SECRET=SECRET,
            HELIX_URL=served.helix_url,
            TWITCH_TOKEN_URL=served.token_url,
            IGDB_URL=served.igdb_url,
        )
        yield Simulated(world, clock, served, settings)
