"""Helix's answers from a world at an instant: one function per call, from query to JSON body."""

from datetime import datetime, timedelta
from typing import Any

from starlette.datastructures import QueryParams

from simulator import paging
from simulator.tokens import Refused
from simulator.truth.games import Game
from simulator.truth.schedule import Airing
from simulator.truth.streamers import Streamer
from simulator.truth.world import Stream, World, to_datetime, to_second

_CDN = "https://static-cdn.jtvnw.net"
_ARCHIVED_FOR = timedelta(days=60)
_LAST_SEEN = timedelta(days=14)


def iso(at: datetime) -> str:
    """Return RFC 3339 in UTC, as Helix writes times."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def streams(world: World, query: QueryParams, at: datetime) -> dict[str, Any]:
    """Get Streams: what is live, most viewers first, behind the cursor's position in that order."""
    size = paging.page_size(query)
    rows = _filtered(world.live(at), query)
    cursor = query.get("after")
    if cursor:
        position = paging.decode(cursor)
        rows = [row for row in rows if row.position < position]
    shown = rows[:size]
    pagination = {}
    if len(rows) > size:
        pagination = {"cursor": paging.encode(shown[0].position, shown[-1].position)}
    return {"data": [_stream(row) for row in shown], "pagination": pagination}


def _filtered(rows: list[Stream], query: QueryParams) -> list[Stream]:
    user_ids = set(paging.ids(query, "user_id"))
    logins = {login.lower() for login in paging.values(query, "user_login")}
    game_ids, languages = set(paging.values(query, "game_id")), set(paging.values(query, "language"))
    if query.get("type", "live") not in ("live", "all", ""):
        raise paging.malformed("type", "unknown stream type")
    if user_ids or logins:
        rows = [row for row in rows if row.streamer_id in user_ids or row.login in logins]
    if game_ids:
        rows = [row for row in rows if row.game_id in game_ids]
    if languages:
        rows = [row for row in rows if row.language in languages]
    return rows


def _stream(row: Stream) -> dict[str, Any]:
    return {
        "id": row.stream_id,
        "user_id": row.streamer_id,
        "user_login": row.login,
        "user_name": row.display_name,
        "game_id": row.game_id,
        "game_name": row.game_name,
        "type": "live",
        "title": row.title,
        "viewer_count": row.viewers,
        "started_at": iso(row.started_at),
        "language": row.language,
        "thumbnail_url": f"{_CDN}/previews-ttv/live_user_{row.login}-{{width}}x{{height}}.jpg",
        "tag_ids": [],
        "tags": list(row.tags) or None,
        "is_mature": False,
    }


def users(world: World, query: QueryParams, at: datetime) -> dict[str, Any]:
    """Get Users by `id` and `login`; unknown ones are dropped silently."""
    wanted = paging.ids(query, "id")
    logins = {login.lower() for login in paging.values(query, "login")}
    if not wanted and not logins:
        raise Refused(400, "Must provide an ID, Login or OAuth Token.")
    if len(wanted) + len(logins) > paging.MOST:
        raise paging.malformed("id", f"the value must be less than or equal to {paging.MOST}")
    found = {who: world.streamer_by_id[who] for who in wanted if who in world.streamer_by_id}
    if logins:
        second = to_second(at)
        found |= {who.id: who for who in world.streamers if who.names(second)[0] in logins}
    return {"data": [_user(world, streamer, at) for streamer in found.values()]}


def _user(world: World, streamer: Streamer, at: datetime) -> dict[str, Any]:
    login, display_name = world.names(streamer.id, at)
    return {
        "id": streamer.id,
        "login": login,
        "display_name": display_name,
        "type": "",
        "broadcaster_type": streamer.broadcaster_type,
        "description": "",
        "profile_image_url": f"{_CDN}/jtv_user_pictures/{streamer.id}-profile_image-300x300.png",
        "offline_image_url": "",
        "view_count": 0,
        "created_at": iso(streamer.created_at),
    }


def games(world: World, query: QueryParams, at: datetime) -> dict[str, Any]:
    """Get Games by `id`, `name` and `igdb_id`; unknown ones are dropped silently."""
    by_id, by_name = set(paging.values(query, "id")), set(paging.values(query, "name"))
    by_igdb = set(paging.values(query, "igdb_id")) - {""}
    if not (by_id or by_name or by_igdb):
        raise Refused(400, 'Missing required parameter "id", "name" or "igdb_id"')
    found = [
        game
        for game in world.games
        if game.is_listed and (game.id in by_id or game.name in by_name or _igdb_id(game) in by_igdb)
    ]
    return {"data": [_game(game) for game in found]}


def games_top(world: World, query: QueryParams, at: datetime) -> dict[str, Any]:
    """Get Top Games: the listed games that are on air, most viewers first."""
    audience: dict[str, int] = {}
    for row in world.live(at):
        audience[row.game_id] = audience.get(row.game_id, 0) + row.viewers
    shown = [game for game in world.games if game.is_listed and game.id in audience]
    shown.sort(key=lambda game: (-audience[game.id], game.name))
    rows, pagination = paging.page(shown, query)
    return {"data": [_game(game) for game in rows], "pagination": pagination}


def _igdb_id(game: Game) -> str:
    return "" if game.is_linked else game.igdb_id


def _game(game: Game) -> dict[str, Any]:
    art = f"{game.id}_IGDB" if _igdb_id(game) else game.id
    return {
        "id": game.id,
        "name": game.name,
        "box_art_url": f"{_CDN}/ttv-boxart/{art}-{{width}}x{{height}}.jpg",
        "igdb_id": _igdb_id(game),
    }


def followers(world: World, query: QueryParams, at: datetime) -> dict[str, Any]:
    """Get Channel Followers with an application token: the total alone, one channel a call."""
    wanted = paging.required(query, "broadcaster_id")
    paging.ids(query, "broadcaster_id", most=1)
    total = world.followers(wanted[0], at) if wanted[0] in world.streamer_by_id else 0
    return {"total": total, "data": [], "pagination": {}}


def channels(world: World, query: QueryParams, at: datetime) -> dict[str, Any]:
    """Get Channel Information: the current or last game, title and tags, offline too."""
    paging.required(query, "broadcaster_id")
    wanted = dict.fromkeys(paging.ids(query, "broadcaster_id"))
    known = [world.streamer_by_id[who] for who in wanted if who in world.streamer_by_id]
    return {"data": [_channel(world, streamer, at) for streamer in known]}


def _channel(world: World, streamer: Streamer, at: datetime) -> dict[str, Any]:
    second = to_second(at)
    login, display_name = streamer.names(second)
    past = list(world.airings(streamer, to_second(at - _LAST_SEEN), second + 1))
    segment = past[-1].segment(min(second, past[-1].end - 1)) if past else None
    game_id, game_name = world.game(segment.game) if segment else ("", "")
    return {
        "broadcaster_id": streamer.id,
        "broadcaster_login": login,
        "broadcaster_name": display_name,
        "broadcaster_language": streamer.language,
        "game_id": game_id,
        "game_name": game_name,
        "title": segment.title if segment else "",
        "delay": 0,
        "tags": list(segment.tags) if segment else [],
        "content_classification_labels": [],
        "is_branded_content": False,
    }


def videos(world: World, query: QueryParams, at: datetime) -> dict[str, Any]:
    """Get Videos by `user_id` or `id`: archives of ended streams, newest first; 404 for unknown ids."""
    by_id, by_user = paging.ids(query, "id"), paging.ids(query, "user_id", most=1)
    if bool(by_id) == bool(by_user):
        raise Refused(400, 'Exactly one of "id", "user_id" or "game_id" is required')
    if by_id:
        found = [world.airing(str(int(video) // 3)) for video in by_id if int(video) % 3 == 1]
        kept = [airing for airing in found if airing and _is_archived(airing, at)]
        if not kept:
            raise Refused(404, "The video(s) were not found")
        return {"data": [_video(airing, at) for airing in kept], "pagination": {}}
    streamer = world.streamer_by_id.get(by_user[0])
    second = to_second(at)
    own = world.airings(streamer, to_second(at - _ARCHIVED_FOR), second) if streamer else ()
    shown = [airing for airing in own if _is_archived(airing, at)][::-1]
    if query.get("type", "all") not in ("all", "archive"):
        shown = []
    rows, pagination = paging.page(shown, query)
    return {"data": [_video(airing, at) for airing in rows], "pagination": pagination}


def _is_archived(airing: Airing, at: datetime) -> bool:
    return to_second(at - _ARCHIVED_FOR) <= airing.end <= to_second(at)


def _video(airing: Airing, at: datetime) -> dict[str, Any]:
    login, display_name = airing.streamer.names(to_second(at))
    started_at = iso(to_datetime(airing.start))
    video_id = str(int(airing.stream_id) * 3 + 1)
    return {
        "id": video_id,
        "stream_id": airing.stream_id,
        "user_id": airing.streamer.id,
        "user_login": login,
        "user_name": display_name,
        "title": airing.segment(airing.start).title,
        "description": "",
        "created_at": started_at,
        "published_at": started_at,
        "url": f"https://www.twitch.tv/videos/{video_id}",
        "thumbnail_url": f"{_CDN}/cf_vods/{video_id}//thumb/thumb0-%{{width}}x%{{height}}.jpg",
        "viewable": "public",
        "view_count": airing.viewers(airing.start) * 3,
        "language": airing.streamer.language,
        "type": "archive",
        "duration": duration(airing.end - airing.start),
        "muted_segments": None,
    }


def duration(seconds: int) -> str:
    """Return a length as Helix writes it: 3h45m54s, 14m16s, 9s."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes}m{rest}s"
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
