"""What the simulated interfaces share: the world, the tokens, the buckets and the clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request

from simulator.limits import Bucket
from simulator.tokens import TokenDesk
from simulator.truth.world import World

Clock = Callable[[], datetime]
Answer = Callable[[World, QueryParams, datetime], dict[str, Any]]


@dataclass
class Box:
    """What the application holds between calls; `calls` counts requests per path, refused ones too."""

    world: World
    desk: TokenDesk
    helix_bucket: Bucket
    igdb_bucket: Bucket
    clock: Clock
    calls: dict[str, int] = field(default_factory=dict)

    def now(self) -> tuple[datetime, float]:
        """Return the clock's instant as naive UTC and as epoch seconds."""
        at = self.clock()
        return at, at.replace(tzinfo=UTC).timestamp()

    def count(self, request: Request) -> None:
        """Count one request to its path."""
        path = request.url.path
        self.calls[path] = self.calls.get(path, 0) + 1
