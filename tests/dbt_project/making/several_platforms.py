"""Small worlds of three platforms that have games in common, and what is known of these."""

from dataclasses import replace
from datetime import datetime, timedelta

from tests.dbt_project.making.edge_worlds import named
from tests.reference.worlds.small import crawl, live_world, observation
from tests.reference.worlds.world import HelixGame, IgdbGame, World

NOON = datetime(2026, 3, 2, 12)
FORTNITE = [HelixGame("33214", "Fortnite", "900")]
EPIC = [IgdbGame("900", ["Epic Games"], ["Shooter"], ["shooter"], [], 1500000000)]


def seen(*shown: tuple[str, str, int], at: datetime = NOON) -> World:
    """Return two crawls, five minutes apart, with a streamer for each game, its name and viewers."""
    instants = (at, at + timedelta(minutes=5))
    rows = [
        replace(
            observation(
                one, streamer_id=str(number), stream_id=f"s{number}", game_id=game_id, viewer_count=viewers
            ),
            game_name=name,
        )
        for one in instants
        for number, (game_id, name, viewers) in enumerate(shown)
    ]
    return live_world([crawl(one) for one in instants], rows)


def of_kick() -> World:
    shown = [("15", "Just chatting", 40), ("f", "FORTNITE", 30), ("f2", " fortnite", 20), ("o", "Ours", 10)]
    return named("kick", seen(*shown))


def of_trovo() -> World:
    return named("trovo", seen(("10", "Fortnite", 7), ("11", "OURS", 5)))


def of_twitch(at: datetime = NOON, **known: list) -> World:
    return replace(seen(("33214", "Fortnite", 100), ("77", "Ours", 1), at=at), **known)
