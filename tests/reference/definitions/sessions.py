"""From a streamer's observations to sessions: what belongs together, cut every 48 hours."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tests.reference.definitions.weights import Weighed
from tests.reference.worlds.world import epoch

LONGEST_SECONDS = 48 * 3600


@dataclass(frozen=True)
class Session:
    """Observations of one streamer, oldest first; `part` counts from 0 the 48 hours since it all began.

    `is_cut_off` says whether another part follows.
    """

    observations: list[Weighed]
    part: int
    is_cut_off: bool

    @property
    def streamer_id(self) -> str:
        return self.observations[0].row.streamer_id

    @property
    def day(self) -> date:
        """The local day of the first observation."""
        return self.observations[0].day

    @property
    def session_id(self) -> str:
        return f"{self.streamer_id}@{self.observations[0].at}"


def sessions_of(observations: list[Weighed], reconnect_minutes: int) -> list[Session]:
    """Return the sessions of all streamers, each streamer's in order of time.

    Args:
        observations: those that count, oldest first.
        reconnect_minutes: observations further apart than this and one cadence (of the later one's
            crawl) belong together only if they carry the same stream id, and then up to 48 hours.
    """
    by_streamer: dict[str, list[Weighed]] = defaultdict(list)
    for one in observations:
        by_streamer[one.row.streamer_id].append(one)
    return [
        session
        for of_one in by_streamer.values()
        for together in _islands(of_one, reconnect_minutes)
        for session in _parts(together)
    ]


def _islands(observations: list[Weighed], reconnect_minutes: int) -> list[list[Weighed]]:
    islands = [[observations[0]]]
    for earlier, later in zip(observations, observations[1:], strict=False):
        if _belong_together(earlier, later, reconnect_minutes):
            islands[-1].append(later)
        else:
            islands.append([later])
    return islands


def _belong_together(earlier: Weighed, later: Weighed, reconnect_minutes: int) -> bool:
    if later.at - earlier.at <= reconnect_minutes * 60 + later.cadence:
        return True
    if later.at - earlier.at > LONGEST_SECONDS:
        return False
    return earlier.row.stream_id is not None and earlier.row.stream_id == later.row.stream_id


def _parts(island: list[Weighed]) -> list[Session]:
    origin = _origin(island[0])
    parts: dict[int, list[Weighed]] = defaultdict(list)
    for one in island:
        parts[(one.at - origin) // LONGEST_SECONDS].append(one)
    return [Session(observations, part, part < max(parts)) for part, observations in parts.items()]


def _origin(first: Weighed) -> int:
    """Return from when 48 hours count: the platform's start, if it can be one, or the first observation."""
    started_at = first.row.started_at
    if started_at is None or first.at - epoch(started_at) >= LONGEST_SECONDS:
        return first.at
    return min(first.at, epoch(started_at))
