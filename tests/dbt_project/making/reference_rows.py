"""What enrichment knows of worlds: their users, games and IGDB's facts as rows of raw's reference tables."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

import pyarrow as pa

from ingestion.client import igdb, igdb_links, twitch, videos
from ingestion.imports import overrides
from tests.reference.worlds.world import IgdbGame, World, moment

IMPORTED_AT = datetime(2026, 1, 1)


def reference_tables(worlds: Iterable[World]) -> dict[str, pa.Table]:
    """Return raw's reference tables by name, with the rows of all these worlds."""
    users, games, igdb_games, links, archives, overridden = [], [], [], [], [], []
    for world in worlds:
        common = {"platform": world.platform, "fetched_at": IMPORTED_AT}
        users += [
            common | {"id": u.id, "login": u.id, "broadcaster_type": u.broadcaster_type} for u in world.users
        ]
        archives += [common | asdict(video) for video in world.videos]
        overridden += [{"platform": world.platform, **asdict(row)} for row in world.overrides]
        games += [common | {"id": g.id, "name": g.name, "igdb_id": g.igdb_id} for g in world.helix_games]
        links += [
            common | {"game_id": game.id, "igdb_id": game.linked_igdb_id}
            for game in world.helix_games
            if game.linked_igdb_id and not game.igdb_id
        ]
        igdb_games += [_igdb_row(game) for game in world.igdb_games]
    return {
        "users": pa.Table.from_pylist(users, schema=twitch.USERS_SCHEMA),
        "games": pa.Table.from_pylist(games, schema=twitch.GAMES_SCHEMA),
        "videos": pa.Table.from_pylist(archives, schema=videos.VIDEOS_SCHEMA),
        "game_overrides": pa.Table.from_pylist(overridden, schema=overrides.OVERRIDES_SCHEMA),
        "igdb_games": pa.Table.from_pylist(igdb_games, schema=igdb.IGDB_GAMES_SCHEMA),
        "igdb_links": pa.Table.from_pylist(links, schema=igdb_links.LINKS_SCHEMA),
    }


def _igdb_row(game: IgdbGame) -> dict:
    released = game.first_release_date
    return {
        "id": game.igdb_id,
        "name": f"igdb {game.igdb_id}",
        "first_release_date": None if released is None else moment(released),
        "genres": game.genres,
        "genre_slugs": game.genre_slugs,
        "perspective_slugs": game.perspective_slugs,
        "publishers": game.publishers,
        "fetched_at": IMPORTED_AT,
    }
