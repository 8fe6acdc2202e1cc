"""A world of streamers as a pure function of time: what is live at an instant, and the exact truth.

The same seed and size give the same world in every process and on every day. Nothing is simulated
step by step: any instant can be asked for directly. Truth is exact, not sampled: viewers are whole
numbers held for a minute (see `schedule`), so viewer-seconds are sums of whole numbers.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from simulator.truth.games import NO_CATEGORY, all_games
from simulator.truth.schedule import Airing, airings, plan_keys, split_stream_id
from simulator.truth.streamers import Streamer, make_streamers

DEFAULT_EPOCH = datetime(2025, 1, 1)
_UNIX = datetime(1970, 1, 1)
_HOUR = 3600


class Stream(NamedTuple):
    """One live stream at one instant; `position` orders streams by viewers and breaks ties."""

    stream_id: str
    streamer_id: str
    login: str
    display_name: str
    game_id: str
    game_name: str
    title: str
    tags: tuple[str, ...]
    viewers: int
    started_at: datetime
    language: str
    position: float


class Interval(NamedTuple):
    """A stretch of one stream in one game, cut to the asked window; `ended_at` is exclusive."""

    streamer_id: str
    stream_id: str
    game_id: str
    started_at: datetime
    ended_at: datetime
    viewer_seconds: int

    @property
    def seconds(self) -> int:
        """Whole seconds on air."""
        return (self.ended_at - self.started_at) // timedelta(seconds=1)


class Truth(NamedTuple):
    """What really happened in a window: exact, in whole seconds and viewer-seconds."""

    intervals: tuple[Interval, ...]
    seconds_broadcast: dict[str, int]
    viewer_seconds: dict[str, int]

    def hours_broadcast(self, streamer_id: str) -> float:
        """Return a streamer's hours on air, 0.0 for one who was not live."""
        return self.seconds_broadcast.get(streamer_id, 0) / 3600

    def hours_watched(self, streamer_id: str) -> float:
        """Return a streamer's hours watched, 0.0 for one who was not live."""
        return self.viewer_seconds.get(streamer_id, 0) / 3600


class World:
    """The simulated platform; before `epoch` nobody is live."""

    def __init__(self, seed: int = 1, streamers: int = 400, epoch: datetime = DEFAULT_EPOCH) -> None:
        self.seed = seed
        self.epoch = epoch
        self.games = all_games()
        self.streamers = make_streamers(seed, streamers, self.games)
        self.streamer_by_id = {streamer.id: streamer for streamer in self.streamers}
        self.game_by_id = {game.id: game for game in self.games}
        self._planned = lru_cache(maxsize=max(4_096, 8 * streamers))(self._plan)
        self._hourly = lru_cache(maxsize=48)(self._on_air_in_hour)

    def live(self, at: datetime) -> list[Stream]:
        """Return every stream that is live at the naive UTC instant `at`, most viewers first."""
        second = to_second(at)
        on_air = self._hourly(second // _HOUR)
        streams = [self._stream(airing, second) for airing in on_air if airing.start <= second < airing.end]
        streams.sort(key=lambda stream: -stream.position)
        return streams

    def truth(self, start: datetime, end: datetime) -> Truth:
        """Return the exact record of [start, end), in order of streamer and time."""
        begin, stop = to_second(start), to_second(end)
        intervals = tuple(
            interval
            for streamer in self.streamers
            for airing in self.airings(streamer, begin, stop)
            for interval in self._intervals(airing, begin, stop)
        )
        seconds: dict[str, int] = {}
        watched: dict[str, int] = {}
        for interval in intervals:
            who = interval.streamer_id
            seconds[who] = seconds.get(who, 0) + interval.seconds
            watched[who] = watched.get(who, 0) + interval.viewer_seconds
        return Truth(intervals, seconds, watched)

    def followers(self, streamer_id: str, at: datetime) -> int:
        """Return a streamer's followers at `at`; KeyError for an unknown id."""
        return self.streamer_by_id[streamer_id].followers((at - self.epoch) / timedelta(days=1))

    def names(self, streamer_id: str, at: datetime) -> tuple[str, str]:
        """Return a streamer's login and display name at `at`; KeyError for an unknown id."""
        return self.streamer_by_id[streamer_id].names(to_second(at))

    def renames(self, start: datetime, end: datetime) -> list[tuple[str, datetime]]:
        """Return (streamer id, instant) of every change of names within [start, end)."""
        window = to_second(start), to_second(end)
        return [(one.id, to_datetime(second)) for one in self.streamers for second in one.renames(*window)]

    def airings(self, streamer: Streamer, begin: int, end: int) -> Iterator[Airing]:
        """Yield a streamer's airings that touch the epoch seconds [begin, end), in order of time."""
        first = to_second(self.epoch)
        for key in plan_keys(streamer, begin, end):
            for airing in self._planned(streamer.index, key):
                if airing.start >= first and airing.start < end and airing.end > begin:
                    yield airing

    def airing(self, stream_id: str) -> Airing | None:
        """Return the airing behind a stream id, or None when there never was one."""
        start, index = split_stream_id(stream_id)
        if index >= len(self.streamers):
            return None
        found = self.airings(self.streamers[index], start, start + 1)
        return next((airing for airing in found if airing.stream_id == stream_id), None)

    def game(self, position: int) -> tuple[str, str]:
        """Return id and name of the game at a position of the catalogue, two blanks for no category."""
        if position == NO_CATEGORY:
            return "", ""
        return self.games[position].id, self.games[position].name

    def _plan(self, index: int, key: int) -> tuple[Airing, ...]:
        return airings(self.seed, self.streamers[index], self.games, key)

    def _on_air_in_hour(self, hour: int) -> tuple[Airing, ...]:
        begin = hour * _HOUR
        return tuple(a for s in self.streamers for a in self.airings(s, begin, begin + _HOUR))

    def _stream(self, airing: Airing, second: int) -> Stream:
        streamer, segment, viewers = airing.streamer, airing.segment(second), airing.viewers(second)
        login, display_name = streamer.names(second)
        game_id, game_name = self.game(segment.game)
        return Stream(
            airing.stream_id,
            streamer.id,
            login,
            display_name,
            game_id,
            game_name,
            segment.title,
            segment.tags,
            viewers,
            to_datetime(airing.start),
            streamer.language,
            viewers + airing.tie,
        )

    def _intervals(self, airing: Airing, begin: int, end: int) -> Iterator[Interval]:
        begin, end = max(begin, airing.start), min(end, airing.end)
        while begin < end:
            game = airing.segment(begin).game
            changes = (s.start for s in airing.segments if s.start > begin and s.game != game)
            stop = min(next(changes, end), end)
            yield Interval(
                airing.streamer.id,
                airing.stream_id,
                self.game(game)[0],
                to_datetime(begin),
                to_datetime(stop),
                airing.viewer_seconds(begin, stop),
            )
            begin = stop


def to_second(at: datetime) -> int:
    """Return the whole epoch second of a naive UTC instant."""
    return (at - _UNIX) // timedelta(seconds=1)


def to_datetime(second: int) -> datetime:
    """Return the naive UTC instant of an epoch second."""
    return _UNIX + timedelta(seconds=second)
