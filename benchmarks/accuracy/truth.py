"""What really happened in the simulator's world, in the measures that the benchmark of accuracy compares."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.truth.schedule import HOLD_SECONDS, Airing
from simulator.truth.streamers import Streamer
from simulator.truth.world import World, to_second

RECONNECT_SECONDS = 600
SESSION_LIMIT = timedelta(hours=48) // timedelta(seconds=1)


@dataclass(frozen=True)
class Measures:
    """One streamer's whole seconds and viewer-seconds, peak viewers and sessions begun."""

    airtime: float
    watched: float
    peak: int
    sessions: int

    @property
    def average(self) -> float:
        """Average viewers; 0.0 without airtime."""
        return self.watched / self.airtime if self.airtime else 0.0


def truth(world: World, start: datetime, end: datetime) -> dict[str, Measures]:
    """Return the exact measures in [start, end) of every streamer who was live in it, by id."""
    exact = world.truth(start, end)
    begin, stop = to_second(start), to_second(end)
    return {
        streamer.id: Measures(
            airtime=exact.seconds_broadcast[streamer.id],
            watched=exact.viewer_seconds[streamer.id],
            peak=max(_peak(airing, begin, stop) for airing in world.airings(streamer, begin, stop)),
            sessions=sum(begin <= at < stop for at in _session_starts(world, streamer, stop)),
        )
        for streamer in world.streamers
        if streamer.id in exact.seconds_broadcast
    }


def _peak(airing: Airing, begin: int, stop: int) -> int:
    first, last = max(airing.start, begin), min(airing.end, stop)
    held = airing.start + (first - airing.start) // HOLD_SECONDS * HOLD_SECONDS
    return max(airing.viewers(second) for second in range(held, last, HOLD_SECONDS))


def _session_starts(world: World, streamer: Streamer, stop: int) -> Iterator[int]:
    """Yield when sessions began: breaks of up to ten minutes are merged, 48 hours begin a new one."""
    first = last = None
    for airing in world.airings(streamer, to_second(world.epoch), stop):
        if last is None or airing.start - last > RECONNECT_SECONDS:
            if first is not None:
                yield from range(first, last, SESSION_LIMIT)
            first = airing.start
        last = airing.end
    if first is not None:
        yield from range(first, last, SESSION_LIMIT)
