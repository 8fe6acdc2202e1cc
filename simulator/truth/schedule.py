"""When a streamer is live, and with what: broadcasts as a pure function of seed, streamer and day.

A broadcast is what the streamer planned; a short drop splits it into several airings, each with
its own stream id. Viewers follow a line between nodes 20 minutes apart and are held for a minute,
counted from the airing's start, as the real counts are cached upstream: sums over time are exact.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from math import pi, sin
from random import Random
from zlib import crc32

from simulator.truth import titles
from simulator.truth.games import NO_CATEGORY, Game
from simulator.truth.streamers import DAY, Streamer

NODE_SECONDS = 1_200
HOLD_SECONDS = 60
LONGEST_PLAN = 18 * 3600
_JITTER = 5_400
_IDS_PER_SECOND = 100_000
_ID_ZERO = 1_400_000_000


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a broadcast with one game (its position, NO_CATEGORY for none), title and tags."""

    start: int
    game: int
    title: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Airing:
    """One stream id's time on air, `start` to `end` (exclusive), in epoch seconds."""

    streamer: Streamer
    start: int
    end: int
    origin: int
    nodes: tuple[float, ...]
    segments: tuple[Segment, ...]
    starts: tuple[int, ...]
    stream_id: str
    tie: float

    def viewers(self, second: int) -> int:
        """Return the viewers at this epoch second, which must lie within the airing."""
        offset = self.start - self.origin + (second - self.start) // HOLD_SECONDS * HOLD_SECONDS
        node, rest = divmod(offset, NODE_SECONDS)
        low = self.nodes[node]
        return int(low + (self.nodes[node + 1] - low) * rest / NODE_SECONDS)

    def viewer_seconds(self, begin: int, end: int) -> int:
        """Return the exact integral of the viewers over [begin, end), which must lie within the airing."""
        total = 0
        while begin < end:
            held_until = self.start + ((begin - self.start) // HOLD_SECONDS + 1) * HOLD_SECONDS
            stop = min(held_until, end)
            total += self.viewers(begin) * (stop - begin)
            begin = stop
        return total

    def segment(self, second: int) -> Segment:
        """Return the segment that is on at this epoch second."""
        return self.segments[bisect_right(self.starts, second) - 1]


def stream_id(start: int, index: int) -> str:
    """Return the opaque id of the stream that this streamer started at this epoch second."""
    return str((start - _ID_ZERO) * _IDS_PER_SECOND + index)


def split_stream_id(text: str) -> tuple[int, int]:
    """Return start and streamer's index from a stream id."""
    seconds, index = divmod(int(text), _IDS_PER_SECOND)
    return seconds + _ID_ZERO, index


def plan_keys(streamer: Streamer, begin: int, end: int) -> Iterator[int]:
    """Yield the keys of every plan that can touch [begin, end): local days, or cycles when always on."""
    if streamer.is_always_on:
        yield from range(begin // streamer.cycle_seconds, end // streamer.cycle_seconds + 1)
    else:
        shift = streamer.utc_offset * 3600
        yield from range((begin + shift) // DAY - 2, (end + shift) // DAY + 2)


def airings(seed: int, streamer: Streamer, games: tuple[Game, ...], key: int) -> tuple[Airing, ...]:
    """Return the airings of one plan in order of time; plans of one streamer never overlap."""
    rng = Random(f"{seed}:{streamer.id}:{key}")
    planned = _cycle(rng, streamer, key) if streamer.is_always_on else _evening(rng, streamer, key)
    if planned is None:
        return ()
    start, end = planned
    nodes = tuple(_nodes(rng, streamer, start, end))
    segments = tuple(_segments(rng, streamer, games, start, end))
    starts = tuple(segment.start for segment in segments)
    return tuple(
        Airing(streamer, first, last, start, nodes, segments, starts, own_id, crc32(own_id.encode()) / 2**32)
        for first, last in _drops(rng, streamer, start, end)
        for own_id in (stream_id(first, streamer.index),)
    )


def _evening(rng: Random, streamer: Streamer, day: int) -> tuple[int, int] | None:
    weekday = (day + 3) % 7
    if rng.random() >= (0.92 if weekday in streamer.weekdays else 0.06):
        return None
    jitter = max(-_JITTER, min(_JITTER, int(rng.gauss(0, 1_500))))
    start = day * DAY - streamer.utc_offset * 3600 + streamer.start_minute * 60 + jitter
    length = 60 * streamer.typical_minutes * rng.lognormvariate(0, 0.3)
    return start, start + max(900, min(LONGEST_PLAN, int(length)))


def _cycle(rng: Random, streamer: Streamer, cycle: int) -> tuple[int, int]:
    start = cycle * streamer.cycle_seconds
    return start + rng.randrange(30, 240), start + streamer.cycle_seconds


def _nodes(rng: Random, streamer: Streamer, start: int, end: int) -> Iterator[float]:
    """Yield the viewers every NODE_SECONDS: a rise, then a walk that keeps returning to its level."""
    weekend = 1.2 if (start // DAY + 3) % 7 >= 5 else 1.0
    season = 1 + 0.25 * sin(2 * pi * (start / DAY / 60 + streamer.index / 17))
    level = streamer.popularity * weekend * season * rng.lognormvariate(0, 0.25)
    share = rng.uniform(0.15, 0.5)
    for number in range((end - start) // NODE_SECONDS + 2):
        hour = (start + number * NODE_SECONDS + streamer.utc_offset * 3600) % DAY / 3600
        daily = 1 + 0.35 * sin(2 * pi * (hour - 14) / 24)
        yield max(0.0, level * share * daily)
        raid = rng.uniform(0.3, 1.5) if rng.random() < 0.01 else 0.0
        share += 0.3 * (1 - share) + rng.gauss(0, 0.07) + raid


def _segments(
    rng: Random, streamer: Streamer, games: tuple[Game, ...], start: int, end: int
) -> Iterator[Segment]:
    second, position = start, streamer.favourites[0]
    tags = titles.tags(rng, streamer.language) if streamer.has_tags else ()
    if position != NO_CATEGORY and not streamer.is_always_on and rng.random() < 0.3:
        yield Segment(second, 0, titles.title(rng, streamer.language, games[0].name), tags)
        second += rng.randrange(600, 2_400)
    while second < end:
        name = "" if position == NO_CATEGORY else games[position].name
        yield Segment(second, position, titles.title(rng, streamer.language, name), tags)
        second += rng.randrange(2_400, 12_000) * (6 if streamer.is_always_on else 1)
        if rng.random() < 0.6:
            position = rng.choice(streamer.favourites)
        if streamer.has_tags and rng.random() < 0.3:
            tags = titles.tags(rng, streamer.language)


def _drops(rng: Random, streamer: Streamer, start: int, end: int) -> list[tuple[int, int]]:
    """Return the stretches on air: one, or two or three when the connection dropped."""
    if streamer.is_always_on or end - start < 10_800 or rng.random() >= 0.1:
        return [(start, end)]
    spans, begin = [], start
    for fraction in (0.35, 0.7)[: rng.choice((1, 1, 2))]:
        cut = start + int((end - start) * (fraction + rng.uniform(-0.15, 0.15)))
        spans.append((begin, cut))
        begin = cut + rng.randrange(20, 480)
    return [*spans, (begin, end)]
