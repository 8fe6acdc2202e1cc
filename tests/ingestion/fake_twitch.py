"""A small Twitch for tests: routes that really page and authorise, and faults in the order given."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.ingestion.loopback import Clock

CLIENT_ID, SECRET = "the-client-id", "the-client-secret"
Fault = Callable[[Request], Response]


def answer(status: int, body: Any = None, headers: dict[str, str] | None = None) -> Fault:
    """Answer one call with this status and body."""
    return lambda request: JSONResponse(body if body is not None else {}, status, headers)


def not_json(request: Request) -> Response:
    """Answer one call with half a JSON document."""
    return Response('{"data": [{"id": "1', media_type="application/json")


def cut_off(request: Request) -> Response:
    """Promise more bytes than are sent, then drop the connection."""
    return StreamingResponse(iter([b'{"data": [']), headers={"content-length": "5000"})


def stream(number: int, viewers: int, **fields: Any) -> dict[str, Any]:
    """Return a row of Get Streams in today's shape."""
    row = {
        "id": f"s{number}",
        "user_id": f"u{number}",
        "user_login": f"login{number}",
        "user_name": f"Name{number}",
        "game_id": "10",
        "game_name": "Duel",
        "type": "live",
        "title": f"title {number}",
        "viewer_count": viewers,
        "started_at": "2026-03-01T09:30:00Z",
        "language": "en",
        "thumbnail_url": "https://example.org/{width}x{height}.jpg",
        "tag_ids": [],
        "tags": ["English"],
        "is_mature": False,
    }
    return row | fields


def streams(count: int) -> list[dict[str, Any]]:
    """Return `count` streams, most viewers first, down to none."""
    return [stream(number, count - 1 - number) for number in range(count)]


class FakeTwitch:
    """`pages` are the pages of Get Streams; `faults[path]` answer that path's next calls instead.

    The streams that are live speak `language` alone: asked for others, Get Streams has none. In a crawl
    calls for these, for the first page of everything and for users meet no faults. Streams that are
    `unlisted` come only when their users are asked for. Its own clock is `ahead`.
    """

    language = "en"

    def __init__(self, clock: Clock) -> None:
        self.clock, self.ahead = clock, timedelta()
        self.tokens: list[str] = []
        self.lifetime = 5_000_000
        self.pages: list[Sequence[dict[str, Any]]] = []
        self.unlisted: list[dict[str, Any]] = []
        self.cursors: dict[int, str] = {}
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.followers: dict[str, int] = {}
        self.igdb: list[dict[str, Any]] = []
        self.links: list[dict[str, Any]] = []
        self.faults: dict[str, list[Fault | None]] = defaultdict(list)
        self.requests: list[tuple[str, list[tuple[str, str]], str]] = []
        self.is_crawled = False
        self.refused_languages: set[str] = set()
        paths = {
            "/oauth2/token": self._token,
            "/helix/streams": self._streams,
            "/helix/users": self._by_id,
            "/helix/games": self._by_id,
            "/helix/channels/followers": self._followers,
            "/helix/videos": self._videos,
            "/v4/games": self._igdb,
            "/v4/external_games": self._links,
        }
        self.app = Starlette(
            routes=[Route(path, self._route(route), methods=["GET", "POST"]) for path, route in paths.items()]
        )

    def page(self, rows: Sequence[dict[str, Any]], size: int = 100) -> None:
        """Set the pages of Get Streams by cutting `rows` into pages."""
        self.pages = [rows[start : start + size] for start in range(0, len(rows), size)]

    def called(self, path: str) -> list[list[tuple[str, str]]]:
        """Return the query parameters of every call to a path."""
        return [params for at, params, _ in self.requests if at == path]

    def bodies(self, path: str) -> list[str]:
        """Return the bodies of every call to a path."""
        return [body for at, _, body in self.requests if at == path]

    def _route(self, route: Callable[[Request, str], Response]) -> Callable[[Request], Any]:
        async def call(request: Request) -> Response:
            response = answered(request, (await request.body()).decode())
            now = self.clock.now().replace(tzinfo=UTC) + self.ahead
            response.headers["Date"] = format_datetime(now, usegmt=True)
            return response

        def answered(request: Request, body: str) -> Response:
            path = request.url.path
            self.requests.append((path, request.query_params.multi_items(), body))
            faults = self.faults[path] if self._is_main(request) else []
            fault = faults.pop(0) if faults else None
            if fault:
                return fault(request)
            if path != "/oauth2/token" and not self._is_signed(request):
                return JSONResponse({"status": 401, "message": "Invalid OAuth token"}, 401)
            return route(request, body)

        return call

    def _is_main(self, request: Request) -> bool:
        is_by_language = self.is_crawled and request.url.path == "/helix/streams"
        return not is_by_language or self.language in request.query_params.getlist("language")

    def _is_signed(self, request: Request) -> bool:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return request.headers.get("client-id") == CLIENT_ID and token in self.tokens[-1:]

    def _token(self, request: Request, body: str) -> Response:
        if f"client_secret={SECRET}" not in body or f"client_id={CLIENT_ID}" not in body:
            return JSONResponse({"status": 403, "message": f"invalid client secret: {body}"}, 403)
        self.tokens.append(f"token-number-{len(self.tokens)}")
        return JSONResponse({"access_token": self.tokens[-1], "expires_in": self.lifetime})

    def _streams(self, request: Request, body: str) -> Response:
        languages = request.query_params.getlist("language")
        if self.refused_languages.intersection(languages):
            return JSONResponse({"status": 400, "message": 'The parameter "language" was malformed'}, 400)
        if languages and self.language not in languages:
            return self._helix({"data": [], "pagination": {}})
        if users := request.query_params.getlist("user_id"):
            rows = [row for page in [*self.pages, self.unlisted] for row in page if row["user_id"] in users]
            return self._helix({"data": rows, "pagination": {}})
        number = int(request.query_params.get("after", "0"))
        if number >= len(self.pages):
            return JSONResponse({"status": 400, "message": "invalid cursor"}, 400)
        following = str(number + 1) if number + 1 < len(self.pages) else ""
        cursor = self.cursors.get(number, following)
        pagination = {"cursor": cursor} if cursor else {}
        return self._helix({"data": list(self.pages[number]), "pagination": pagination})

    def _by_id(self, request: Request, body: str) -> Response:
        ids = request.query_params.getlist("id")
        if not 0 < len(ids) <= 100:
            return JSONResponse({"status": 400, "message": "1 to 100 ids"}, 400)
        return self._helix({"data": [row for row in self.rows[request.url.path] if row["id"] in ids]})

    def _followers(self, request: Request, body: str) -> Response:
        channel = request.query_params["broadcaster_id"]
        if channel not in self.followers:
            return JSONResponse({"status": 404, "message": "no such channel"}, 404)
        return self._helix({"total": self.followers[channel], "data": [], "pagination": {}})

    def _videos(self, request: Request, body: str) -> Response:
        user = request.query_params["user_id"]
        return self._helix({"data": [row for row in self.rows["/helix/videos"] if row["user_id"] == user]})

    def _igdb(self, request: Request, body: str) -> Response:
        ids = body.partition("where id = (")[2].partition(")")[0].split(",")
        return JSONResponse([game for game in self.igdb if str(game["id"]) in ids])

    def _links(self, request: Request, body: str) -> Response:
        """Answer with the links of the wanted categories, `limit` of them from `offset` on."""
        wanted = body.partition("uid = (")[2].partition(")")[0].replace('"', "").split(",")
        found = [link for link in self.links if str(link.get("uid")) in wanted]
        size, offset = (int(body.partition(f"{word} ")[2].split(";")[0]) for word in ("limit", "offset"))
        return JSONResponse(found[offset : offset + size])

    def _helix(self, body: Any) -> Response:
        reset = int(self.clock.now().replace(tzinfo=UTC).timestamp()) + 1
        limits = {"Ratelimit-Limit": "800", "Ratelimit-Remaining": "799", "Ratelimit-Reset": str(reset)}
        return Response(json.dumps(body), headers=limits, media_type="application/json")
