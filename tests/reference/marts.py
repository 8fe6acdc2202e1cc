"""Every mart of one world, each by its definition: the entry point of the reference."""

from tests.reference.definitions.activity import hourly_activity, monthly_activity, streamer_activity
from tests.reference.definitions.entities import crawls, games, games_now, live_now, streamers
from tests.reference.definitions.followers import follower_readings, rank_follower_growth
from tests.reference.definitions.metadata import TWITCH
from tests.reference.definitions.one_platform import NO_TWITCH, Platform
from tests.reference.definitions.rankings import (
    rank_games,
    rank_genres,
    rank_languages,
    rank_publishers,
    rank_streamers,
    rank_tags,
)
from tests.reference.definitions.session_mart import sessions
from tests.reference.platforms.across_platforms import games_across_platforms
from tests.reference.worlds.world import World

Marts = dict[str, dict[tuple, dict]]


def marts(
    world: World,
    timezone: str = "UTC",
    ranking_depth: int = 1000,
    min_follower_base: int = 100,
    reconnect_minutes: int = 10,
    absent_crawls_to_close: int = 2,
    twitch: World = NO_TWITCH,
) -> Marts:
    """Return mart name -> key -> column -> value.

    Args:
        world: the raw input of one platform.
        timezone: IANA name of the zone whose days, weeks, months, quarters and years are meant.
        ranking_depth: rows are listed if any of their ranks is at most this.
        min_follower_base: streamers with a smaller base are absent from rank_follower_growth.
        reconnect_minutes: a longer break, by more than a cadence, ends a session.
        absent_crawls_to_close: a session that as many complete crawls have missed is not live.
        twitch: the raw input of Twitch, whose facts another platform's games of the same name have.
    """
    platform = Platform(world, timezone, reconnect_minutes, twitch)
    readings = follower_readings(world)
    return {
        "monthly_activity": monthly_activity(platform),
        "rank_streamers": rank_streamers(platform, ranking_depth, readings),
        "rank_games": rank_games(platform, ranking_depth),
        "rank_publishers": rank_publishers(platform, ranking_depth),
        "rank_genres": rank_genres(platform, ranking_depth),
        "rank_languages": rank_languages(platform, ranking_depth),
        "rank_tags": rank_tags(platform, ranking_depth),
        "rank_follower_growth": rank_follower_growth(platform, readings, ranking_depth, min_follower_base),
        "streamer_activity": streamer_activity(platform),
        "hourly_activity": hourly_activity(platform),
        "sessions": sessions(platform, absent_crawls_to_close),
        "live_now": live_now(world),
        "games_now": games_now(platform),
        "crawls": crawls(world, platform.crawl_seconds),
        "streamers": streamers(platform),
        "games": games(platform),
    }


def across_platforms(
    worlds: list[World], timezone: str = "UTC", ranking_depth: int = 1000, **_: int
) -> dict[tuple, dict]:
    """Return the mart of all platforms together, games_across_platforms, by key."""
    twitch = next((world for world in worlds if world.platform == TWITCH), NO_TWITCH)
    platforms = [Platform(world, timezone, twitch=twitch) for world in worlds]
    return games_across_platforms(platforms, ranking_depth)
