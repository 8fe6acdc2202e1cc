"""The streamers of a world: who they are, when they like to stream, how many people follow them.

Offsets from UTC are fixed: the simulated world has no daylight saving.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from simulator.truth import names
from simulator.truth.games import NO_CATEGORY, Game

DAY = 86_400

_FEW_WATCH = 150

# language: share of the streamers, offsets from UTC in hours
_LANGUAGES = {
    "en": (44, (-8, -6, -5, -5, 0, 10)),
    "es": (12, (-6, -5, -3, 1)),
    "pt": (8, (-3, -3, 0)),
    "de": (7, (1,)),
    "fr": (6, (1, -5)),
    "ru": (6, (3, 5)),
    "ja": (4, (9,)),
    "ko": (3.5, (9,)),
    "it": (2.5, (1,)),
    "pl": (2, (1,)),
    "tr": (1.5, (3,)),
    "zh": (1.5, (8,)),
    "zh-hk": (0.7, (8,)),
    "other": (0.8, (2, 7)),
    "asl": (0.5, (-5,)),
}

Names = tuple[str, str]
Games = tuple[Game, ...]


@dataclass(frozen=True, slots=True)
class Streamer:
    """One streamer; times of day are minutes of local time, `popularity` is typical viewers."""

    index: int
    id: str
    login: str
    display_name: str
    language: str
    utc_offset: int
    broadcaster_type: str
    created_at: datetime
    popularity: float
    weekdays: frozenset[int]
    start_minute: int
    typical_minutes: float
    favourites: tuple[int, ...]
    is_always_on: bool
    has_tags: bool
    cycle_seconds: int
    rename_days: int
    follower_base: float
    follower_drift: float
    follower_wave: float

    def generation(self, second: int) -> int:
        """Return how many renames lie before this epoch second, counted from 1970."""
        return (second + self._rename_shift) // (self.rename_days * DAY) if self.rename_days else 0

    def renames(self, begin: int, end: int) -> range:
        """Return the epoch seconds within [begin, end) at which the names change."""
        if not self.rename_days:
            return range(0)
        period = self.rename_days * DAY
        return range(begin + -(begin + self._rename_shift) % period, end, period)

    @property
    def _rename_shift(self) -> int:
        return self.index * 7_919_111

    def names(self, second: int) -> tuple[str, str]:
        """Return login and display name at this epoch second."""
        return names.renamed(self.login, self.display_name, self.generation(second))

    def followers(self, days: float) -> int:
        """Return the followers this many days after the world's epoch."""
        trend = (
            math.exp(self.follower_drift * days)
            if self.follower_drift < 0
            else 1 + self.follower_drift * days
        )
        wave = self.follower_wave * math.sin(days / 9 + self.index)
        return max(0, int(self.follower_base * (trend + wave)))


def make_streamers(seed: int, count: int, games: tuple[Game, ...]) -> tuple[Streamer, ...]:
    """Return `count` streamers; popularity falls with a streamer's place as it does on the platform."""
    rng = Random(f"{seed}:streamers:{count}")
    places = list(range(1, count + 1))
    rng.shuffle(places)
    shares = [share for share, _ in _LANGUAGES.values()]
    languages = rng.choices(list(_LANGUAGES), shares, k=count)
    ids = rng.sample(range(10_000_000, 1_300_000_000), count)
    all_names = names.unique_names(rng, languages)
    return tuple(
        _streamer(rng, index, str(ids[index]), all_names[index], languages[index], places[index], games)
        for index in range(count)
    )


def _streamer(
    rng: Random, index: int, streamer_id: str, own_names: Names, language: str, place: int, games: Games
) -> Streamer:
    popularity = _popularity(rng, place)
    return Streamer(
        index=index,
        id=streamer_id,
        login=own_names[0],
        display_name=own_names[1],
        language=language,
        utc_offset=rng.choice(_LANGUAGES[language][1]),
        broadcaster_type="partner" if popularity > 90 else "affiliate" if popularity > 4 else "",
        created_at=datetime(2012, 1, 1) + timedelta(seconds=rng.randrange(12 * 365 * DAY)),
        popularity=popularity,
        weekdays=frozenset(rng.sample(range(7), rng.choice((2, 3, 4, 5, 5, 6, 7)))),
        start_minute=min(1_350, max(360, int(rng.gauss(1_080, 180)))),
        typical_minutes=min(840.0, 390 * rng.lognormvariate(0, 0.45)),
        favourites=_favourites(rng, place, games),
        is_always_on=place % 40 == 7,
        has_tags=rng.random() < 0.85,
        cycle_seconds=rng.randrange(40 * 3600, 47 * 3600),
        rename_days=rng.randrange(45, 120) if index % 20 == 3 else 0,
        follower_base=rng.uniform(0, 60) + popularity**0.95 * 60 * rng.lognormvariate(0, 0.7),
        follower_drift=rng.choice((-0.0004, 0.0005, 0.001, 0.001, 0.002, 0.004)) * rng.uniform(0.5, 1.5),
        follower_wave=rng.choice((0.0, 0.004, 0.01)),
    )


def _popularity(rng: Random, place: int) -> float:
    viewers: float = 30_000 / (place + 2) ** 1.35 * rng.lognormvariate(0, 0.35)
    return viewers * rng.random() if place > _FEW_WATCH else viewers


def _favourites(rng: Random, place: int, games: tuple[Game, ...]) -> tuple[int, ...]:
    """Return positions in `games`, the main one first; every fiftieth streamer sets no category."""
    if place % 50 == 23:
        return (NO_CATEGORY,)
    weights = [game.weight for game in games]
    if place % 9 == 5:
        weights = [game.weight * (5 if game.is_first_person_shooter else 1) for game in games]
    drawn = rng.choices(range(len(games)), weights, k=rng.choice((1, 2, 3, 5)))
    return tuple(dict.fromkeys(drawn))
