"""The marts that list things as they are: crawls, what is live now, streamers and games."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from tests.reference.definitions.metadata import Facts
from tests.reference.definitions.observations import (
    all_crawls,
    complete_crawls,
    counted_observations,
    listed_game_id,
    streams,
)
from tests.reference.definitions.one_platform import Platform
from tests.reference.worlds.world import Observation, World, epoch

LIVE_COLUMNS = (
    "streamer_id",
    "streamer_name",
    "game_id",
    "game_name",
    "title",
    "language",
    "tags",
    "viewer_count",
    "started_at",
    "observed_at",
)


def live_now(world: World) -> dict[tuple, dict]:
    """Return live_now: key (platform, stream_id), the observations of the newest live crawl."""
    return {
        (world.platform, row.stream_id): {column: getattr(row, column) for column in LIVE_COLUMNS}
        | {
            "game_id": listed_game_id(row),
            "game_name": row.game_name or listed_game_id(row),
            "title": row.title or None,
            "language": row.language or None,
        }
        for row in _newest_observations(world)
    }


def games_now(platform: Platform) -> dict[tuple, dict]:
    """Return games_now: key (platform, game_id), the games of the newest live crawl."""
    by_game: dict[str, list[Observation]] = {}
    for row in _newest_observations(platform.world):
        by_game.setdefault(listed_game_id(row), []).append(row)
    rows = {}
    for game_id, of_game in by_game.items():
        names = platform.streamer_names
        top = min(of_game, key=lambda row: (-row.viewer_count, names[row.streamer_id]))
        rows[platform.id, game_id] = {
            "game_name": platform.game_names[game_id],
            "viewer_count": sum(row.viewer_count for row in of_game),
            "stream_count": len(of_game),
            "top_streamer_name": names[top.streamer_id],
            "top_streamer_viewers": top.viewer_count,
            "started_last_15_minutes": sum(1 for row in of_game if _is_new(row)),
        }
    return rows


def _newest_observations(world: World) -> list[Observation]:
    live = [crawl.observed_at for crawl in complete_crawls(world) if crawl.is_live]
    return [row for row in counted_observations(world) if live and row.observed_at == live[-1]]


def _is_new(row: Observation) -> bool:
    return row.started_at is not None and row.started_at > row.observed_at - timedelta(minutes=15)


def crawls(world: World, crawl_seconds: dict[int, int]) -> dict[tuple, dict]:
    """Return crawls: key (platform, observed_at); an incomplete crawl stands for no time (null)."""
    stream_count = Counter(observed_at for observed_at, _ in streams(world))
    return {
        (world.platform, crawl.observed_at): {
            "is_complete": crawl.is_complete,
            "streams": stream_count[crawl.observed_at],
            "sample_seconds": crawl_seconds.get(epoch(crawl.observed_at)),
        }
        for crawl in all_crawls(world)
    }


def streamers(platform: Platform) -> dict[tuple, dict]:
    """Return streamers: key (platform, streamer_id), everyone with an observation that counts."""
    seen = _instants((one.row.streamer_id, one.row.observed_at) for one in platform.observations)
    sightings = [*streams(platform.world).values(), *platform.world.name_readings]
    names = _names((row.streamer_id, row.streamer_name) for row in sightings)
    logins = _names((row.streamer_id, row.streamer_login) for row in sightings)
    return {
        (platform.id, streamer_id): {
            "streamer_name": platform.streamer_names[streamer_id],
            "streamer_login": platform.streamer_logins[streamer_id],
            **_lifetime(instants),
            "earlier_names": sorted(names[streamer_id] - {platform.streamer_names[streamer_id]}),
            "earlier_logins": sorted(logins[streamer_id] - {platform.streamer_logins[streamer_id]}),
        }
        for streamer_id, instants in seen.items()
    }


def games(platform: Platform) -> dict[tuple, dict]:
    """Return games: key (platform, game_id), every game with an observation that counts."""
    seen = _instants((one.row.game_id, one.row.observed_at) for one in platform.observations)
    names = _names((row.game_id, row.game_name) for row in streams(platform.world).values())
    rows = {}
    for game_id in seen.keys() - {"", None}:
        known = platform.facts.get(game_id, Facts())
        rows[platform.id, game_id] = {
            "game_name": platform.game_names[game_id],
            **_lifetime(seen[game_id]),
            "earlier_names": sorted(names[game_id] - {platform.game_names[game_id]}),
            "publishers": sorted(known.publishers),
            "genres": sorted(known.genres),
            "release_date": known.release_date,
            "metadata_source": known.source,
            "is_not_a_game": known.is_not_a_game,
            "shared_game_id": platform.shared_ids.get(game_id),
        }
    return rows


def _instants(rows: Iterable[tuple[str, datetime]]) -> dict[str, list[datetime]]:
    seen: dict[str, list[datetime]] = {}
    for entity_id, observed_at in rows:
        seen.setdefault(entity_id, []).append(observed_at)
    return seen


def _names(rows: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return every name an id was fetched under; an incomplete crawl has seen it, too."""
    names: dict[str, set[str]] = {}
    for entity_id, name in rows:
        names.setdefault(entity_id, set()).add(name)
    return names


def _lifetime(instants: list[datetime]) -> dict:
    return {"first_seen_at": instants[0], "last_seen_at": instants[-1]}
