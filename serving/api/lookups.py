"""What is known about one streamer, session or game, and how to find a streamer."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from serving.api.answers import exists, known_platform, respond, select_where
from serving.api.describe import responses
from serving.api.parameters import ByIdParameters, Id, OnPlatform, Search
from serving.api.problems import Problem
from serving.catalogue import PERIODS

SEARCHED = """
    (contains(lower(streamer_name), lower($search))
    or contains(lower(streamer_login), lower($search))
    or contains(lower(array_to_string(earlier_names, chr(10))), lower($search))
    or contains(lower(array_to_string(earlier_logins, chr(10))), lower($search)))
"""
# A name that is the text, then those that begin with it; the best known first.
CLOSEST = """
    lower(streamer_name) = lower($search) or lower(streamer_login) = lower($search) desc nulls last,
    starts_with(lower(streamer_name), lower($search)) desc nulls last,
    followers desc nulls last,
"""


def router() -> APIRouter:
    """Return the routes that look up one thing."""
    routes = APIRouter(prefix="/v1", tags=["lookups"])
    for path, endpoint, mart, summary in (
        ("/streamers", streamers, "streamers", "Find streamers"),
        ("/streamers/{streamer_id}", streamer, "streamers", "A streamer"),
        ("/streamers/{streamer_id}/sessions", streamer_sessions, "sessions", "A streamer's sessions"),
        (
            "/streamers/{streamer_id}/activity",
            streamer_activity,
            "streamer_activity",
            "A streamer's activity",
        ),
        ("/sessions/{session_id}", session, "sessions", "A session"),
        ("/games/{game_id}", game, "games", "A game"),
    ):
        routes.add_api_route(
            path, endpoint, operation_id=endpoint.__name__, summary=summary, responses=responses(mart)
        )
    return routes


def streamers(request: Request, asked: Annotated[Search, Query()]) -> Response:
    """Streamers whose name contains a text, the closest first; without a text all, by name."""
    known_platform(request, asked.platform)
    sql, bound = select_where("streamers", platform=asked.platform)
    order = "streamer_name, platform, streamer_id"
    if asked.search is None:
        return respond(request, asked, f"{sql} order by {order}", bound)
    sql = f"{sql} and {SEARCHED} order by {CLOSEST} {order}"
    return respond(request, asked, sql, {**bound, "search": asked.search})


def streamer(request: Request, streamer_id: Id, asked: Annotated[ByIdParameters, Query()]) -> Response:
    """A streamer's names and when they were seen; one row per platform that uses the id."""
    return _one(request, asked, "streamers", streamer_id=streamer_id)


def streamer_sessions(request: Request, streamer_id: Id, asked: Annotated[OnPlatform, Query()]) -> Response:
    """A streamer's sessions, the newest first."""
    _known_streamer(request, streamer_id, asked)
    sql, bound = select_where("sessions", platform=asked.platform, streamer_id=streamer_id)
    return respond(request, asked, f"{sql} order by started_at desc, platform, session_id", bound)


def streamer_activity(
    request: Request, streamer_id: Id, asked: Annotated[ByIdParameters, Query()]
) -> Response:
    """A streamer's last 7, 30 and 90 days, ranked or not."""
    _known_streamer(request, streamer_id, asked)
    sql, bound = select_where("streamer_activity", platform=asked.platform, streamer_id=streamer_id)
    bound["names"] = list(PERIODS)
    return respond(request, asked, f"{sql} order by platform, list_position($names, period)", bound)


def session(request: Request, session_id: Id, asked: Annotated[ByIdParameters, Query()]) -> Response:
    """A session; its id is the streamer's, `@` and the epoch second of its first observation."""
    return _one(request, asked, "sessions", session_id=session_id)


def game(request: Request, game_id: Id, asked: Annotated[ByIdParameters, Query()]) -> Response:
    """A game's names, publishers, genres and release; one row per platform that uses the id."""
    return _one(request, asked, "games", game_id=game_id)


def _one(request: Request, asked: ByIdParameters, mart: str, **id_: str) -> Response:
    known_platform(request, asked.platform)
    _known(request, mart, asked.platform, id_)
    sql, bound = select_where(mart, platform=asked.platform, **id_)
    return respond(request, asked, f"{sql} order by platform", bound)


def _known_streamer(request: Request, streamer_id: str, asked: ByIdParameters | OnPlatform) -> None:
    known_platform(request, asked.platform)
    _known(request, "streamers", asked.platform, {"streamer_id": streamer_id})


def _known(request: Request, mart: str, platform: str | None, id_: dict[str, str]) -> None:
    if not exists(request, mart, platform=platform, **id_):
        ((name, value),) = id_.items()
        where = f" on {platform}" if platform else ""
        raise Problem(404, f"there is no {name.removesuffix('_id')} with the id {value!r}{where}")
