"""Follower counts over periods: the base, the last known count, what was gained and who grew most."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from tests.reference.definitions.measures import ranks
from tests.reference.definitions.observations import listed_game_id, winning_rows
from tests.reference.definitions.one_platform import Platform
from tests.reference.definitions.periods import Calendar, Period
from tests.reference.worlds.world import World, epoch, moment

Readings = dict[str, list[tuple[int, int]]]
SEVEN_DAYS = 7 * 86400
EVERYONE = "(all)"


@dataclass(frozen=True)
class Growth:
    """A streamer's base and last reading of a period: counts and instants in epoch seconds."""

    base: int
    base_at: int
    last: int
    last_at: int

    @property
    def gained(self) -> int:
        return self.last - self.base

    @property
    def growth(self) -> Fraction:
        return Fraction(self.gained, self.base)


def follower_readings(world: World) -> Readings:
    """Return each streamer's readings (epoch seconds, count), oldest first; at one instant the greatest."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    given = [(one.streamer_id, one.observed_at, one.follower_count) for one in world.follower_readings]
    given += [(name, tick, row.followers) for (tick, name), row in winning_rows(world).items()]
    for streamer_id, observed_at, count in given:
        if count is None:
            continue
        at = epoch(observed_at)
        found[streamer_id][at] = max(count, found[streamer_id].get(at, count))
    return {streamer_id: sorted(counts.items()) for streamer_id, counts in found.items()}


def growth_of(readings: list[tuple[int, int]], period: Period, calendar: Calendar) -> Growth | None:
    """Return a streamer's base and last count of a period; None without a reading in it."""
    start, end = calendar.start_of(period.start), calendar.start_of(period.end)
    inside = [reading for reading in readings if start <= reading[0] < end]
    if not inside:
        return None
    before = [reading for reading in readings if reading[0] < start]
    reach = min(calendar.seconds_of(period), SEVEN_DAYS)
    base = before[-1] if before and start - before[-1][0] <= reach else inside[0]
    return Growth(base[1], base[0], inside[-1][1], inside[-1][0])


def count_and_gain(readings: list[tuple[int, int]], period: Period, calendar: Calendar) -> tuple:
    """Return the last known count of a period and the followers gained; both None without a reading."""
    growth = growth_of(readings, period, calendar)
    return (None, None) if growth is None else (growth.last, growth.gained)


def rank_follower_growth(
    platform: Platform, readings: Readings, depth: int, min_base: int
) -> dict[tuple, dict]:
    """Return rank_follower_growth: key (platform, period, period_start, genre, streamer_id)."""
    calendar = platform.calendar
    reading_days = {calendar.day_of(at) for of_one in readings.values() for at, _ in of_one}
    rows = {}
    for period in calendar.calendar_periods(platform.crawl_days | reading_days) + calendar.rolling_periods():
        grown = {name: growth_of(of_one, period, calendar) for name, of_one in readings.items()}
        counted = {name: growth for name, growth in grown.items() if _takes_part(growth, min_base)}
        for genre, streamers in _by_genre(platform, period, set(counted)).items():
            listed = _ranked(platform, period, {name: counted[name] for name in streamers}, depth)
            for name, row in listed.items():
                rows[platform.id, period.name, period.start, genre, name] = row
    return rows


def _takes_part(growth: Growth | None, min_base: int) -> bool:
    return (
        growth is not None and growth.base_at < growth.last_at and growth.base > 0 and growth.base >= min_base
    )


def _by_genre(platform: Platform, period: Period, streamers: set[str]) -> dict[str, set[str]]:
    airtime: dict[str, int] = defaultdict(int)
    in_genre: dict[tuple[str, str], int] = defaultdict(int)
    for one in platform.within(period):
        airtime[one.row.streamer_id] += one.sample_seconds
        game = platform.facts.get(listed_game_id(one.row))
        for genre in game.genres if game else ():
            in_genre[genre, one.row.streamer_id] += one.sample_seconds
    members: dict[str, set[str]] = defaultdict(set)
    members[EVERYONE] = streamers
    for (genre, name), seconds in in_genre.items():
        if name in streamers and 2 * seconds > airtime[name]:
            members[genre].add(name)
    return members


def _ranked(platform: Platform, period: Period, counted: dict[str, Growth], depth: int) -> dict[str, dict]:
    by_growth = ranks({name: growth.growth for name, growth in counted.items()})
    by_gained = ranks({name: growth.gained for name, growth in counted.items()})
    return {
        name: {
            **platform.common_columns(period),
            "rank": by_growth[name],
            "rank_by_gained": by_gained[name],
            "streamer_name": platform.streamer_names.get(name, name),
            "follower_base": growth.base,
            "follower_base_at": moment(growth.base_at),
            "follower_last": growth.last,
            "follower_last_at": moment(growth.last_at),
            "followers_gained": growth.gained,
            "follower_growth": float(growth.growth),
        }
        for name, growth in counted.items()
        if min(by_growth[name], by_gained[name]) <= depth
    }
