"""The time that each crawl and each observation stands for: `sample_seconds`, rule by rule."""

from dataclasses import dataclass
from datetime import date

from tests.reference.definitions.observations import complete_crawls, counted_observations
from tests.reference.definitions.periods import Calendar
from tests.reference.worlds.world import Observation, World, epoch


@dataclass(frozen=True)
class Weighed:
    """An observation that counts, with its instant (epoch seconds), local day and sample_seconds.

    `cadence` and `gap` are its crawl's, in seconds; the platform's first crawl has no gap.
    """

    row: Observation
    at: int
    day: date
    sample_seconds: int
    cadence: int
    gap: int | None


def is_short(gap: int, cadence: int) -> bool:
    """Say whether a gap is at most 3.5 cadences."""
    return 2 * gap <= 7 * cadence


def crawl_seconds(world: World) -> dict[int, int]:
    """Return observed_at (epoch seconds) -> sample_seconds of every complete crawl."""
    weights: dict[int, int] = {}
    previous = None
    for crawl in complete_crawls(world):
        at = epoch(crawl.observed_at)
        has_short_gap = previous is not None and is_short(at - previous, crawl.cadence_seconds)
        weights[at] = at - previous if has_short_gap else crawl.cadence_seconds
        previous = at
    return weights


def observation_seconds(
    at: int, previous: int | None, cadence: int, started: int | None, day_start: int
) -> int:
    """Return the sample_seconds of one observation; all instants in epoch seconds.

    Args:
        at: the observation's crawl.
        previous: the crawl before it, if any.
        cadence: seconds.
        started: the platform's own start of the stream, if known.
        day_start: first instant of the observation's local day.
    """
    if previous is None:
        return cadence
    gap = at - previous
    if is_short(gap, cadence):
        return gap
    if started is not None and started <= previous:
        return min(gap, at - day_start)
    if started is not None:
        return max(0, at - started) + cadence // 2
    return cadence


def weighed_observations(world: World, calendar: Calendar) -> list[Weighed]:
    """Return every observation that counts with its weight, oldest first."""
    previous_of: dict[int, int | None] = {}
    cadence_of: dict[int, int] = {}
    previous = None
    for crawl in complete_crawls(world):
        at = epoch(crawl.observed_at)
        previous_of[at], cadence_of[at] = previous, crawl.cadence_seconds
        previous = at
    weighed = []
    for row in counted_observations(world):
        at = epoch(row.observed_at)
        day = calendar.day_of(at)
        started = None if row.started_at is None else epoch(row.started_at)
        previous, cadence = previous_of[at], cadence_of[at]
        seconds = observation_seconds(at, previous, cadence, started, calendar.start_of(day))
        weighed.append(Weighed(row, at, day, seconds, cadence, None if previous is None else at - previous))
    return weighed
