"""The measures of a group of observations, whole numbers or exact fractions until the last division."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from tests.reference.definitions.weights import Weighed


@dataclass(frozen=True)
class Measure:
    """The sums of one group over one period: viewer-seconds and seconds exact, peaks over crawls."""

    viewer_seconds: Fraction
    seconds: Fraction
    peak_viewers: int
    peak_channels: int
    streamers: frozenset[str]
    days: frozenset


class _Sums:
    def __init__(self) -> None:
        self.viewer_seconds: dict[int, int] = defaultdict(int)
        self.seconds: dict[int, int] = defaultdict(int)
        self.viewers_by_crawl: dict[int, int] = defaultdict(int)
        self.channels_by_crawl: dict[int, int] = defaultdict(int)
        self.streamers: set[str] = set()
        self.days: set = set()

    def add(self, one: Weighed, parts: int) -> None:
        self.viewer_seconds[parts] += one.row.viewer_count * one.sample_seconds
        self.seconds[parts] += one.sample_seconds
        self.viewers_by_crawl[one.at] += one.row.viewer_count
        self.channels_by_crawl[one.at] += 1
        self.streamers.add(one.row.streamer_id)
        self.days.add(one.day)

    def close(self) -> Measure:
        return Measure(
            viewer_seconds=sum(
                (Fraction(total, parts) for parts, total in self.viewer_seconds.items()), Fraction(0)
            ),
            seconds=sum((Fraction(total, parts) for parts, total in self.seconds.items()), Fraction(0)),
            peak_viewers=max(self.viewers_by_crawl.values(), default=0),
            peak_channels=max(self.channels_by_crawl.values(), default=0),
            streamers=frozenset(self.streamers),
            days=frozenset(self.days),
        )


def measure(observations: Iterable[Weighed]) -> Measure:
    """Return the measure of all `observations` together."""
    sums = _Sums()
    for one in observations:
        sums.add(one, 1)
    return sums.close()


def measure_by(
    observations: Iterable[Weighed], groups_of: Callable[[Weighed], list[str]], *, is_split: bool = True
) -> dict[str, Measure]:
    """Return a measure per group; time is split evenly over an observation's groups, peaks are not.

    Unless `is_split`, an observation counts in full for each of its groups.
    """
    sums: dict[str, _Sums] = defaultdict(_Sums)
    for one in observations:
        groups = groups_of(one)
        for group in groups:
            sums[group].add(one, len(groups) if is_split else 1)
    return {group: total.close() for group, total in sums.items()}


def ratio(numerator: Fraction | int, denominator: Fraction | int) -> float | None:
    """Return the quotient, divided once; null when the denominator is 0."""
    return float(Fraction(numerator) / Fraction(denominator)) if denominator else None


def hours(seconds: Fraction | int) -> float:
    """Return seconds as hours, divided once."""
    return float(Fraction(seconds) / 3600)


def exact_ratio(numerator: Fraction | int, denominator: Fraction | int) -> Fraction:
    """Return the quotient to be ranked by; what has none ranks below every figure."""
    return Fraction(numerator) / Fraction(denominator) if denominator else Fraction(-1)


def ranks(values: dict) -> dict:
    """Return SQL's rank() of each key by its value, the greatest first."""
    rank_of_value: dict = {}
    for position, value in enumerate(sorted(values.values(), reverse=True), start=1):
        rank_of_value.setdefault(value, position)
    return {key: rank_of_value[value] for key, value in values.items()}
