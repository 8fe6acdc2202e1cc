"""The standard error from sampling: whole numbers of twelfths per streamer and day, and their roots."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from math import sqrt

from tests.reference.definitions.weights import Weighed, is_short
from tests.reference.worlds.world import epoch


@dataclass(frozen=True)
class Variances:
    """Variances of seconds and of viewer-seconds, in twelfths; those of several days add up."""

    airtime_var12: int = 0
    watched_var12: int = 0

    def __add__(self, other: "Variances") -> "Variances":
        return Variances(self.airtime_var12 + other.airtime_var12, self.watched_var12 + other.watched_var12)

    def columns(self) -> dict[str, float]:
        """Return the two errors, in hours."""
        return {
            "hours_broadcast_error": sqrt(self.airtime_var12 / 12) / 3600,
            "hours_watched_error": sqrt(self.watched_var12 / 12) / 3600,
        }


def variances_by_day(observations: list[Weighed]) -> dict[date, dict[str, Variances]]:
    """Return local day -> streamer_id -> variances, of observations that count, oldest first."""
    grouped: dict[date, dict[str, list[Weighed]]] = defaultdict(lambda: defaultdict(list))
    for one in observations:
        grouped[one.day][one.row.streamer_id].append(one)
    return {
        day: {streamer_id: variances(of_one) for streamer_id, of_one in streamers.items()}
        for day, streamers in grouped.items()
    }


def variances(observations: list[Weighed]) -> Variances:
    """Return the variances of one streamer's day.

    `sum(edge12)·VS² div A² + 3·sum(step12) div 2` is read from left to right, products and divisions
    binding alike: (sum(edge12) * VS * VS) // (A * A) + (3 * sum(step12)) // 2, where `//` rounds down.
    """
    edges = sum(edge12(one) for one in observations)
    steps = sum(steps12(observations))
    seconds = sum(one.sample_seconds for one in observations)
    viewer_seconds = sum(one.row.viewer_count * one.sample_seconds for one in observations)
    if seconds == 0:
        return Variances(edges, 0)
    return Variances(edges, (edges * viewer_seconds**2) // seconds**2 + (3 * steps) // 2)


def edge12(one: Weighed) -> int:
    """Return what one observation's edges add to the variance of its seconds."""
    if one.gap is None:
        return 2 * one.cadence**2
    started_at = one.row.started_at
    if started_at is not None and epoch(started_at) <= one.at - one.gap:
        return 0
    if is_short(one.gap, one.cadence):
        return 2 * one.gap**2 + 6 * (one.gap - one.cadence) ** 2
    return 2 * one.cadence**2


def steps12(observations: list[Weighed]) -> list[int]:
    """Return what the viewers' steps from observation to observation of one stream add, one streamer's day.

    An observation without an earlier one of its stream in that day adds 0. Imported observations have no
    stream id: there the streamer's own previous one counts.
    """
    previous: dict[str | None, Weighed] = {}
    steps = []
    for one in observations:
        before = previous.get(one.row.stream_id)
        if before is not None:
            seconds = one.at - before.at
            viewers = one.row.viewer_count - before.row.viewer_count
            steps.append((seconds**2 + 3 * (seconds - one.cadence) ** 2) * viewers**2)
        previous[one.row.stream_id] = one
    return steps
