"""The routes of the services that can be tracked."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.box import Box
from simulator.services import github, internal

Call = Callable[[Request], Awaitable[Response]]
ByQuery = Callable[[QueryParams, datetime], Any]


def service_routes(box: Box) -> list[Route]:
    """Return the routes of all services."""
    return [
        Route("/internal/generate", _by_query(box, internal.generate)),
        Route("/github/repos/{owner}/{name}", _github(box)),
    ]


def _by_query(box: Box, answer: ByQuery) -> Call:
    async def call(request: Request) -> Response:
        box.count(request)
        return JSONResponse(answer(request.query_params, box.now()[0]))

    return call


def _github(box: Box) -> Call:
    async def call(request: Request) -> Response:
        box.count(request)
        owner, name = request.path_params["owner"], request.path_params["name"]
        status, answer = github.repository(owner, name, box.now()[0])
        return JSONResponse(answer, status)

    return call
