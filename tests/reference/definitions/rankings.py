"""The rankings by viewing, of every period: streamers, games and what games and streams belong to."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from tests.reference.definitions.errors import Variances, variances_by_day
from tests.reference.definitions.followers import Readings, count_and_gain
from tests.reference.definitions.measures import Measure, exact_ratio, hours, measure_by, ranks, ratio
from tests.reference.definitions.metadata import PSEUDO, UNKNOWN, listed_genres, listed_publishers
from tests.reference.definitions.observations import listed_game_id
from tests.reference.definitions.one_platform import Platform
from tests.reference.definitions.periods import ONE_DAY, Period, previous_period
from tests.reference.definitions.tags import folded, shown_tags, spellings
from tests.reference.definitions.weights import Weighed

Grouping = Callable[[Weighed], list[str]]


class Ranking:
    """One ranking over all periods: how observations are grouped, and what an average divides by.

    Args:
        platform: what is measured.
        groups_of: the groups of an observation.
        pseudo: groups that have no ranks and take no place.
        is_split: an observation's time is split evenly over its groups, else each has it in full.
        is_own_average: average viewers over the group's own airtime, else over the covered hours.
    """

    def __init__(
        self,
        platform: Platform,
        groups_of: Grouping,
        pseudo: tuple = (),
        *,
        is_split: bool = False,
        is_own_average: bool = False,
    ):
        self.platform = platform
        self.groups_of = groups_of
        self.pseudo = pseudo
        self.is_split = is_split
        self.is_own_average = is_own_average
        self._measured: dict[Period, dict[str, Measure]] = {}
        self._ranked: dict[Period, dict[str, dict[str, int | None]]] = {}

    def measured(self, period: Period) -> dict[str, Measure]:
        """Return the measure of each group in a period."""
        if period not in self._measured:
            observations = self.platform.within(period)
            self._measured[period] = measure_by(observations, self.groups_of, is_split=self.is_split)
        return self._measured[period]

    def average_of(self, group: Measure, period: Period) -> tuple[Fraction, Fraction | int]:
        """Return numerator and denominator of a group's average viewers."""
        if self.is_own_average:
            return group.viewer_seconds, group.seconds
        return group.viewer_seconds, self.platform.covered_seconds(period)

    def ranked(self, period: Period) -> dict[str, dict[str, int | None]]:
        """Return the four ranks of each group in a period, before any cut."""
        if period not in self._ranked:
            groups = self.measured(period)
            placed = {key: group for key, group in groups.items() if key not in self.pseudo}
            averages = {key: exact_ratio(*self.average_of(group, period)) for key, group in placed.items()}
            by = {
                "rank": ranks({key: group.viewer_seconds for key, group in placed.items()}),
                "rank_by_hours_broadcast": ranks({key: group.seconds for key, group in placed.items()}),
                "rank_by_average_viewers": ranks(averages),
                "rank_by_peak_viewers": ranks({key: group.peak_viewers for key, group in placed.items()}),
            }
            self._ranked[period] = {key: {name: by[name].get(key) for name in by} for key in groups}
        return self._ranked[period]

    def rows(self, period: Period, depth: int) -> dict[str, dict]:
        """Return the listed groups of a period with ranks, measures and the period's own columns."""
        before = previous_period(period)
        listed = {}
        for key, group in self.measured(period).items():
            own_ranks = self.ranked(period)[key]
            if key not in self.pseudo and min(own_ranks.values()) > depth:
                continue
            earlier = self.ranked(before).get(key, {}).get("rank")
            is_moved = earlier is not None and own_ranks["rank"] is not None
            listed[key] = {
                **self.platform.common_columns(period),
                **own_ranks,
                "previous_rank": earlier,
                "rank_change": earlier - own_ranks["rank"] if is_moved else None,
                "hours_watched": hours(group.viewer_seconds),
                "hours_broadcast": hours(group.seconds),
                "average_viewers": ratio(*self.average_of(group, period)),
                "peak_viewers": group.peak_viewers,
                "share": ratio(group.viewer_seconds, self.platform.total(period).viewer_seconds),
            }
        return listed


def rank_games(platform: Platform, depth: int) -> dict[tuple, dict]:
    """Return rank_games: key (platform, period, period_start, game_id)."""
    ranking = Ranking(platform, lambda one: [listed_game_id(one.row)], PSEUDO[:1])
    rows = _audience_rows(platform, ranking, depth)
    for key, row in rows.items():
        row["game_name"] = platform.game_names[key[-1]]
    return rows


def rank_publishers(platform: Platform, depth: int) -> dict[tuple, dict]:
    """Return rank_publishers: key (platform, period, period_start, publisher)."""
    publishers = {game_id: listed_publishers(game_id, platform.facts) for game_id in platform.game_names}
    ranking = Ranking(platform, lambda one: publishers[listed_game_id(one.row)], PSEUDO, is_split=True)
    return _audience_rows(platform, ranking, depth)


def rank_genres(platform: Platform, depth: int) -> dict[tuple, dict]:
    """Return rank_genres: key (platform, period, period_start, genre)."""
    genres = {game_id: listed_genres(game_id, platform.facts) for game_id in platform.game_names}
    ranking = Ranking(platform, lambda one: genres[listed_game_id(one.row)], PSEUDO)
    return _audience_rows(platform, ranking, depth)


def rank_languages(platform: Platform, depth: int) -> dict[tuple, dict]:
    """Return rank_languages: key (platform, period, period_start, language)."""
    ranking = Ranking(platform, lambda one: [one.row.language or UNKNOWN], (UNKNOWN,))
    return _audience_rows(platform, ranking, depth)


def rank_tags(platform: Platform, depth: int) -> dict[tuple, dict]:
    """Return rank_tags: key (platform, period, period_start, tag); a stream without tags has no row."""
    shown = shown_tags(platform.observations)

    def tags_of(one: Weighed) -> list[str]:
        return sorted({shown[folded(spelt)] for spelt in spellings(one.row.tags)})

    return _audience_rows(platform, Ranking(platform, tags_of), depth)


def _audience_rows(platform: Platform, ranking: Ranking, depth: int) -> dict[tuple, dict]:
    rows = {}
    for period in platform.ranked_periods():
        covered = platform.covered_seconds(period)
        before = ranking.measured(previous_period(period))
        for name, row in ranking.rows(period, depth).items():
            group = ranking.measured(period)[name]
            rows[platform.id, period.name, period.start, name] = row | {
                "previous_hours_watched": hours(before[name].viewer_seconds) if name in before else None,
                "average_channels": ratio(group.seconds, covered),
                "viewers_per_channel": ratio(group.viewer_seconds, group.seconds),
                "peak_channels": group.peak_channels,
                "unique_streamers": len(group.streamers),
            }
    return rows


def rank_streamers(platform: Platform, depth: int, readings: Readings) -> dict[tuple, dict]:
    """Return rank_streamers: key (platform, period, period_start, streamer_id)."""
    ranking = Ranking(platform, lambda one: [one.row.streamer_id], is_own_average=True)
    types = {user.id: user.broadcaster_type for user in platform.world.users}
    by_day = variances_by_day(platform.observations)
    rows = {}
    for period in platform.ranked_periods():
        sessions, errors = platform.session_counts(period), _variances(by_day, period)
        languages = {one.row.streamer_id: one.row.language or None for one in platform.within(period)}
        main_games = platform.main_games(period)
        for streamer_id, row in ranking.rows(period, depth).items():
            count, gained = count_and_gain(readings.get(streamer_id, []), period, platform.calendar)
            rows[platform.id, period.name, period.start, streamer_id] = row | {
                "streamer_name": platform.streamer_names[streamer_id],
                "streamer_login": platform.streamer_logins[streamer_id],
                "language": languages[streamer_id],
                "broadcaster_type": types.get(streamer_id),
                "main_game": main_games[streamer_id],
                "followers": count,
                "followers_gained": gained,
                "active_days": len(ranking.measured(period)[streamer_id].days),
                "sessions": sessions[streamer_id],
                **errors[streamer_id].columns(),
            }
    return rows


def _variances(by_day: dict[date, dict[str, Variances]], period: Period) -> dict[str, Variances]:
    total: dict[str, Variances] = defaultdict(Variances)
    day = period.start
    while day < period.end:
        for streamer_id, of_day in by_day.get(day, {}).items():
            total[streamer_id] += of_day
        day += ONE_DAY
    return total
