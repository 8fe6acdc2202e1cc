"""The routes of the other platforms, each as strict about credentials as the real one."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.box import Answer, Box
from simulator.platforms import kick
from simulator.tokens import Refused

Call = Callable[[Request], Awaitable[Response]]


def platform_routes(box: Box, token_call: Call) -> list[Route]:
    """Return the routes of all other platforms; `token_call` answers where tokens are given out."""
    return [
        Route("/kick/oauth/token", token_call, methods=["POST"]),
        Route("/kick/public/v2/livestreams", _kick_call(box, kick.livestreams)),
        Route("/kick/public/v1/livestreams/stats", _kick_call(box, kick.stats)),
    ]


def _kick_call(box: Box, answer: Answer) -> Call:
    async def call(request: Request) -> Response:
        box.count(request)
        at, now = box.now()
        try:
            box.desk.validate(request.headers.get("authorization"), now)
            return JSONResponse(answer(box.world, request.query_params, at))
        except Refused as refusal:
            return JSONResponse({"data": {}, "message": refusal.message}, refusal.status)

    return call
