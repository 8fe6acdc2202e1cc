"""The marts of activity: the platform's months, its hours, and every streamer of the last days."""

from collections import defaultdict

from tests.reference.definitions.measures import Measure, hours, measure, measure_by, ratio
from tests.reference.definitions.observations import listed_game_id
from tests.reference.definitions.one_platform import Platform
from tests.reference.definitions.periods import Period, period_of
from tests.reference.definitions.weights import Weighed
from tests.reference.worlds.world import moment

HOUR = 3600
LEADERS = (100, 1000, 10000)


def monthly_activity(platform: Platform) -> dict[tuple, dict]:
    """Return monthly_activity: key (platform, month), every month with a crawl."""
    rows = {}
    for month in {period_of("month", day) for day in platform.crawl_days}:
        total, covered = platform.total(month), platform.covered_seconds(month)
        rows[platform.id, month.start] = {
            "unique_streamers": len(total.streamers),
            "hours_broadcast": hours(total.seconds),
            "hours_watched": hours(total.viewer_seconds),
            "average_viewers": ratio(total.viewer_seconds, covered),
            "average_channels": ratio(total.seconds, covered),
            "viewers_per_channel": ratio(total.viewer_seconds, total.seconds),
            "peak_viewers": total.peak_viewers,
            "peak_channels": total.peak_channels,
            "sessions": platform.session_counts(month).total(),
            **_leaders_shares(platform, month, total),
            "is_closed": platform.calendar.is_closed(month),
            "coverage": platform.calendar.coverage(month),
        }
    return rows


def _leaders_shares(platform: Platform, month: Period, total: Measure) -> dict[str, float | None]:
    streamers = measure_by(platform.within(month), lambda one: [one.row.streamer_id])
    watched = sorted((streamer.viewer_seconds for streamer in streamers.values()), reverse=True)
    return {f"top_{count}_share": ratio(sum(watched[:count]), total.viewer_seconds) for count in LEADERS}


def streamer_activity(platform: Platform) -> dict[tuple, dict]:
    """Return streamer_activity: key (platform, period, streamer_id), all streamers of the last_N_days."""
    rows = {}
    for period in platform.calendar.rolling_periods():
        sessions, main_games = platform.session_counts(period), platform.main_games(period)
        games: dict[str, set[str]] = defaultdict(set)
        for one in platform.within(period):
            games[one.row.streamer_id].add(listed_game_id(one.row))
        streamers = measure_by(platform.within(period), lambda one: [one.row.streamer_id])
        for streamer_id, total in streamers.items():
            rows[platform.id, period.name, streamer_id] = {
                "streamer_name": platform.streamer_names[streamer_id],
                "hours_broadcast": hours(total.seconds),
                "hours_watched": hours(total.viewer_seconds),
                "average_viewers": ratio(total.viewer_seconds, total.seconds),
                "peak_viewers": total.peak_viewers,
                "sessions": sessions[streamer_id],
                "active_days": len(total.days),
                "games_played": len(games[streamer_id]),
                "main_game": main_games[streamer_id],
            }
    return rows


def hourly_activity(platform: Platform) -> dict[tuple, dict]:
    """Return hourly_activity: key (platform, hour_at), every UTC hour with a crawl."""
    observations: dict[int, list[Weighed]] = defaultdict(list)
    for one in platform.observations:
        observations[_hour_of(one.at)].append(one)
    sampled: dict[int, int] = defaultdict(int)
    for at, seconds in platform.crawl_seconds.items():
        sampled[_hour_of(at)] += seconds
    inside = _seconds_inside(platform)
    rows = {}
    for hour, covered in sampled.items():
        total = measure(observations[hour])
        rows[platform.id, moment(hour)] = {
            "average_viewers": ratio(total.viewer_seconds, covered),
            "average_channels": ratio(total.seconds, covered),
            "peak_viewers": total.peak_viewers,
            "peak_channels": total.peak_channels,
            "coverage": ratio(inside[hour], min(hour + HOUR, platform.calendar.newest) - hour),
        }
    return rows


def _hour_of(at: int) -> int:
    return at // HOUR * HOUR


def _seconds_inside(platform: Platform) -> dict[int, int]:
    """Return hour (epoch seconds) -> its seconds inside the crawls' intervals, each second once."""
    inside: dict[int, int] = defaultdict(int)
    reached = 0
    for at, seconds in sorted(platform.crawl_seconds.items()):
        left = max(at - seconds, reached)
        while left < at:
            right = min(at, _hour_of(left) + HOUR)
            inside[_hour_of(left)] += right - left
            left = right
        reached = max(reached, at)
    return inside
