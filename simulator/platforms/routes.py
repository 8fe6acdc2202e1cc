"""The routes of the other platforms, each as strict about credentials as the real one."""

import json
from collections.abc import Awaitable, Callable
from secrets import compare_digest

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.box import Answer, Box
from simulator.platforms import chzzk, kick, soop
from simulator.platforms.trovo import Lists
from simulator.tokens import Refused

Call = Callable[[Request], Awaitable[Response]]


def platform_routes(box: Box, token_call: Call) -> list[Route]:
    """Return the routes of all other platforms; `token_call` answers where tokens are given out."""
    return [
        Route("/kick/oauth/token", token_call, methods=["POST"]),
        Route("/kick/public/v2/livestreams", _kick_call(box, kick.livestreams)),
        Route("/kick/public/v1/livestreams/stats", _kick_call(box, kick.stats)),
        Route("/trovo/openplatform/gettopchannels", _trovo_call(box, Lists()), methods=["POST"]),
        Route("/chzzk/open/v1/lives", _chzzk_call(box)),
        Route("/soop/broad/list", _soop_call(box)),
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


def _trovo_call(box: Box, lists: Lists) -> Call:
    async def call(request: Request) -> Response:
        box.count(request)
        if not _is(request.headers.get("client-id"), box.desk.client_id):
            return JSONResponse({"status": 1002, "error": "", "message": "Invalid client ID."}, 401)
        try:
            return JSONResponse(lists.top_channels(box.world, json.loads(await request.body()), box.now()[0]))
        except Refused as refusal:
            return JSONResponse({"status": 1000, "message": refusal.message}, refusal.status)

    return call


def _chzzk_call(box: Box) -> Call:
    async def call(request: Request) -> Response:
        box.count(request)
        has_id = _is(request.headers.get("client-id"), box.desk.client_id)
        if not (has_id and _is(request.headers.get("client-secret"), box.desk.client_secret)):
            return JSONResponse({"code": 401, "message": "INVALID_CLIENT", "content": None}, 401)
        try:
            return JSONResponse(chzzk.lives(box.world, request.query_params, box.now()[0]))
        except Refused as refusal:
            body = {"code": refusal.status, "message": refusal.message, "content": None}
            return JSONResponse(body, refusal.status)

    return call


def _soop_call(box: Box) -> Call:
    async def call(request: Request) -> Response:
        box.count(request)
        if not _is(request.query_params.get("client_id"), box.desk.client_id):
            return JSONResponse(soop.failure(-3002, "invalid client_id"))
        return JSONResponse(soop.broads(box.world, request.query_params, box.now()[0]))

    return call


def _is(given: str | None, right: str) -> bool:
    return compare_digest((given or "").encode(), right.encode())
