"""The simulated interfaces as one web application: routes, tokens, rate limits, error bodies."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import helix, igdb
from simulator.box import Answer, Box
from simulator.platforms.routes import platform_routes
from simulator.services.routes import service_routes
from simulator.tokens import Refused
from simulator.truth.world import World

IgdbAnswer = Callable[[World, str, datetime], list[dict[str, Any]]]

HELIX_CALLS: dict[str, Answer] = {
    "streams": helix.streams,
    "users": helix.users,
    "games": helix.games,
    "games/top": helix.games_top,
    "channels": helix.channels,
    "channels/followers": helix.followers,
    "videos": helix.videos,
}
TOO_MANY = (
    "The application exceeded the number of calls it may make. "
    "For details, see Rate Limits in the Twitch API documentation."
)
_IGDB_UNAUTHORISED = {
    "message": "Authorization Failure. Have you tried:",
    "Tip 1": "Ensure you are sending Authorization and Client-ID as headers.",
    "Tip 2": "Ensure Authorization value starts with 'Bearer ', including the space",
    "Tip 3": "Ensure Authorization value ends with the App Access Token, NOT your Client Secret.",
    "Docs": "https://api-docs.igdb.com/#authentication",
}


def make_app(box: Box) -> Starlette:
    """Return the web application over a box."""
    routes = [
        Route("/oauth2/token", _token_call(box), methods=["POST"]),
        Route("/oauth2/validate", _validate_call(box)),
        Route("/v4/games", _igdb_call(box, igdb.games), methods=["POST"]),
        Route("/v4/external_games", _igdb_call(box, igdb.external_games), methods=["POST"]),
    ]
    routes += [Route(f"/helix/{path}", _helix_call(box, answer)) for path, answer in HELIX_CALLS.items()]
    routes += [*platform_routes(box, _token_call(box)), *service_routes(box)]
    return Starlette(routes=routes, exception_handlers={404: _unknown_path})


def helix_error(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return an error as Helix words it: error, status, message."""
    body = {"error": HTTPStatus(status).phrase, "status": status, "message": message}
    return JSONResponse(body, status, headers)


async def _unknown_path(request: Request, error: Exception) -> Response:
    return helix_error(404, "")


def _helix_call(box: Box, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def call(request: Request) -> Response:
        box.count(request)
        at, now = box.now()
        bucket = box.helix_bucket
        try:
            box.desk.authorise(request.headers.get("client-id"), request.headers.get("authorization"), now)
            if not bucket.take(now):
                return helix_error(429, TOO_MANY, bucket.headers())
            return JSONResponse(answer(box.world, request.query_params, at), headers=bucket.headers())
        except Refused as refusal:
            headers = None if refusal.status in (400, 401) else bucket.headers()
            return helix_error(refusal.status, refusal.message, headers)

    return call


def _igdb_call(box: Box, answer: IgdbAnswer) -> Callable[[Request], Awaitable[Response]]:
    async def call(request: Request) -> Response:
        box.count(request)
        at, now = box.now()
        try:
            box.desk.authorise(request.headers.get("client-id"), request.headers.get("authorization"), now)
        except Refused:
            return JSONResponse(_IGDB_UNAUTHORISED, 401)
        if not box.igdb_bucket.take(now):
            return JSONResponse({"message": "Too Many Requests"}, 429)
        try:
            return JSONResponse(answer(box.world, (await request.body()).decode(), at))
        except Refused as refusal:
            return JSONResponse([{"title": "Syntax Error", "status": 400, "cause": refusal.message}], 400)

    return call


def _token_call(box: Box) -> Callable[[Request], Awaitable[Response]]:
    async def call(request: Request) -> Response:
        box.count(request)
        # some clients put the form into the query, which the real one takes as well
        form = dict(request.query_params) | dict(parse_qsl((await request.body()).decode()))
        try:
            return JSONResponse(box.desk.mint(form, box.now()[1]))
        except Refused as refusal:
            return JSONResponse({"status": refusal.status, "message": refusal.message}, refusal.status)

    return call


def _validate_call(box: Box) -> Callable[[Request], Awaitable[Response]]:
    async def call(request: Request) -> Response:
        box.count(request)
        try:
            return JSONResponse(box.desk.validate(request.headers.get("authorization"), box.now()[1]))
        except Refused as refusal:
            return JSONResponse({"status": refusal.status, "message": refusal.message}, refusal.status)

    return call
