"""Token buckets: how many calls the simulated interfaces allow, and the headers that say so."""

import math
from dataclasses import dataclass, field


@dataclass
class Bucket:
    """A bucket of `capacity` points that refills at `per_second`; times are epoch seconds."""

    capacity: int
    per_second: float
    points: float = field(init=False)
    filled_at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.points = float(self.capacity)

    def take(self, now: float) -> bool:
        """Take one point at epoch second `now`; False, and nothing is taken, when there is none."""
        elapsed = max(0.0, now - self.filled_at)
        self.points = min(float(self.capacity), self.points + elapsed * self.per_second)
        self.filled_at = max(now, self.filled_at)
        if self.points < 1:
            return False
        self.points -= 1
        return True

    def headers(self) -> dict[str, str]:
        """Return Helix's three headers as of the last call; Reset is when the bucket is full again."""
        full_at = self.filled_at + (self.capacity - self.points) / self.per_second
        return {
            "Ratelimit-Limit": str(self.capacity),
            "Ratelimit-Remaining": str(int(self.points)),
            "Ratelimit-Reset": str(math.ceil(full_at)),
        }
