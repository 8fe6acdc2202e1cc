"""Builders for hand-worked cases: one crawl, one observation, a live world of few of them."""

from datetime import datetime

from tests.reference.worlds.world import Crawl, Observation, World

PLATFORM = "twitch"


def crawl(at: datetime, *, is_complete: bool = True, cadence_seconds: int = 300) -> Crawl:
    """Return a live crawl."""
    return Crawl(PLATFORM, at, cadence_seconds, is_complete=is_complete)


def observation(
    at: datetime,
    *,
    streamer_id: str = "7",
    stream_id: str = "s1",
    game_id: str = "1",
    viewer_count: int = 10,
    started_at: datetime | None = None,
    position: int = 1,
    name: str | None = None,
    language: str | None = "en",
    tags: list[str] | None = None,
) -> Observation:
    """Return one fetched row; names follow from the ids."""
    return Observation(
        platform=PLATFORM,
        observed_at=at,
        stream_id=stream_id,
        streamer_id=streamer_id,
        streamer_login=f"login{streamer_id}",
        streamer_name=name or f"Name{streamer_id}",
        game_id=game_id,
        game_name=f"Game{game_id}" if game_id else "",
        title="",
        tags=tags,
        language=language,
        viewer_count=viewer_count,
        started_at=started_at,
        fetched_position=position,
    )


def live_world(crawls: list[Crawl], observations: list[Observation], **reference_data: list) -> World:
    """Return a live world with a cadence of 300 s."""
    return World(PLATFORM, 300, crawls=crawls, observations=observations, **reference_data)
