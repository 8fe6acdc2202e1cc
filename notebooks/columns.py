"""The columns that the notebooks show: their headings and formats.

What a mart's column means is said by the published file; here only of what a notebook computes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

NOTHING = "–"


@dataclass(frozen=True)
class Column:
    """How a column is shown: its heading, its format, what it means."""

    heading: str
    form: str | Callable[[Any], Any] | None = None
    meaning: str = ""


def moved(change: int | None) -> str:
    """Return a rank's movement as `▲ 2`, `▼ 1` or `=`, or a dash where there was no rank before."""
    if change is None:
        return NOTHING
    return f"▲ {change:,}" if change > 0 else f"▼ {-change:,}" if change < 0 else "="


def moment(instant: datetime) -> str:
    """Return a UTC instant to the minute."""
    return instant.strftime("%Y-%m-%d %H:%M")


def shown(form: str, value: float | None) -> str:
    """Return a number in a format, or a dash where there is none."""
    return NOTHING if value is None else form.format(value)


def figure(value: float | None) -> str:
    """Return a number of any size with the digits that tell."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if abs(value) >= 1000 or value == round(value) else f"{value:,.4g}"


WHOLE, TENTH, PERCENT, SIGNED = "{:,.0f}", "{:,.1f}", "{:.1%}", "{:+,.0f}"
COLUMNS = {
    "rank": Column("#", WHOLE),
    "rank_change": Column("Moved", moved),
    "streamer_name": Column("Streamer"),
    "game_name": Column("Game"),
    "publisher": Column("Publisher"),
    "genre": Column("Genre"),
    "language": Column("Language"),
    "tag": Column("Tag"),
    "hours_watched": Column("Hours watched", WHOLE),
    "hours_watched_error": Column("± hours", WHOLE),
    "hours_broadcast": Column("Hours live", TENTH),
    "average_viewers": Column("Average viewers", WHOLE),
    "peak_viewers": Column("Peak viewers", WHOLE),
    "average_channels": Column("Channels", TENTH),
    "viewers_per_channel": Column("Viewers per channel", TENTH),
    "unique_streamers": Column("Streamers", WHOLE),
    "active_days": Column("Days live", WHOLE),
    "sessions": Column("Sessions", WHOLE),
    "share": Column("Share", PERCENT),
    "main_game": Column("Main game"),
    "followers": Column("Followers", WHOLE),
    "followers_gained": Column("Followers gained", SIGNED),
    "follower_growth": Column("Growth", "{:+.2%}"),
    "follower_base": Column("At the start", WHOLE),
    "follower_last": Column("At the end", WHOLE),
    "started_at": Column("Started (UTC)", moment),
    "duration_hours": Column("Hours", TENTH),
    "change": Column("Against before", "{:+.1%}", "Hours watched against the period before"),
    "publishers": Column("Publishers"),
    "genres": Column("Genres"),
    "viewer_count": Column("Viewers now", WHOLE),
    "stream_count": Column("Channels now", WHOLE),
    "top_streamer_name": Column("Largest channel"),
    "top_streamer_viewers": Column("Its viewers", WHOLE),
    "started_last_15_minutes": Column("Just started", WHOLE),
    "games_played": Column("Games", WHOLE),
    "platform": Column("Platform"),
    "absent": Column("Not compared", meaning="Platforms that are crawled and do not cover the period"),
    "coverage": Column("Coverage", PERCENT),
    "item": Column("Item"),
    "bucket_start": Column("From (UTC)", moment),
    "value": Column("Value", figure, "Of a counter the last reading, of a gauge the mean of the readings"),
    "indexed": Column("First = 100", TENTH, "Against the first value that is shown"),
    "value_change": Column("Change", figure),
    "value_growth": Column("Growth", "{:+.2%}"),
    "readings": Column("Readings", WHOLE),
    "base_value": Column("At the start", figure),
    "last_value": Column("At the end", figure),
}
STREAMERS_RANKED = (
    "rank",
    "rank_change",
    "streamer_name",
    "hours_watched",
    "hours_watched_error",
    "share",
    "hours_broadcast",
    "average_viewers",
    "peak_viewers",
    "active_days",
    "main_game",
    "followers",
    "followers_gained",
)
GROWTH_RANKED = (
    "rank",
    "streamer_name",
    "follower_growth",
    "followers_gained",
    "follower_base",
    "follower_last",
)
MEASURES = (
    "hours_watched",
    "share",
    "hours_broadcast",
    "average_viewers",
    "peak_viewers",
    "average_channels",
    "viewers_per_channel",
    "unique_streamers",
)
GAMES_RANKED = (
    "rank",
    "rank_change",
    "game_name",
    "hours_watched",
    "change",
    "share",
    "average_viewers",
    "peak_viewers",
    "average_channels",
    "viewers_per_channel",
    "unique_streamers",
    "publishers",
    "genres",
)
GAMES_ACROSS = (
    "rank",
    "game_name",
    "platform",
    "hours_watched",
    "share",
    "hours_broadcast",
    "unique_streamers",
    "absent",
    "coverage",
)
PUBLISHERS_RANKED = (
    "rank",
    "rank_change",
    "publisher",
    "hours_watched",
    "change",
    "share",
    "average_viewers",
    "average_channels",
    "unique_streamers",
)
GAMES_NOW = (
    "game_name",
    "viewer_count",
    "stream_count",
    "top_streamer_name",
    "top_streamer_viewers",
    "started_last_15_minutes",
)
SESSIONS = (
    "started_at",
    "duration_hours",
    "average_viewers",
    "peak_viewers",
    "hours_watched",
    "main_game",
    "games_played",
)
GAMES_OF_STREAMER = (
    "main_game",
    "hours_broadcast",
    "hours_watched",
    "average_viewers",
    "peak_viewers",
    "sessions",
)
TRACKED_SERIES = ("item", "bucket_start", "value", "indexed", "value_change", "readings")
TRACKED_RANKED = (
    "rank",
    "rank_change",
    "item",
    "value_change",
    "value_growth",
    "base_value",
    "last_value",
    "readings",
    "coverage",
)
CRAWLS_BY_DAY = (
    ("day", Column("Day (UTC)", str)),
    ("complete", Column("Complete crawls", WHOLE)),
    ("incomplete", Column("Incomplete", WHOLE, "Kept, but feed no figure")),
    ("coverage", Column("Coverage", PERCENT, "Share of the day's time that the crawls saw")),
    ("longest_gap", Column("Longest gap, min", TENTH, "Between two complete crawls")),
    ("streams", Column("Streams a crawl", TENTH)),
    ("doubles", Column("Doubles", "{:.2%}", "Streams that were returned twice; they count once")),
    ("found_by_id", Column("Found by id", WHOLE, "In no list, but live when they were asked for")),
    ("points_used", Column("Points used", WHOLE, "Of the platform's rate limit")),
)
ERRORS_BY_RANK = (
    ("leaders", Column("Ranks")),
    ("streamers", Column("Streamers", WHOLE)),
    ("watched", Column("± hours watched", "{:.2%}", "Median standard error by hours watched")),
    ("broadcast", Column("± hours live", "{:.2%}", "Median standard error by hours on air")),
    ("worst", Column("± hours watched, 9 of 10 below", "{:.2%}")),
)
INCOMPLETE_CRAWLS = (
    ("observed_at", Column("Crawl (UTC)", moment)),
    ("stop_reason", Column("Why it stopped")),
    ("streams", Column("Streams seen", WHOLE)),
    ("pages", Column("Pages", WHOLE)),
)
