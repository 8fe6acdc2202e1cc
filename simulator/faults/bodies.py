"""Faults in what Get Streams answers: wrong rows, wrong cursors, surprising values."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from starlette.datastructures import QueryParams
from starlette.responses import JSONResponse

from simulator import paging
from simulator.faults.call import Call, Fault
from simulator.tokens import Refused

Body = dict[str, Any]
UNKNOWN_GAME = "999000111"


def spoiling(spoil: Callable[[Body, Random], Body]) -> Fault:
    """Return the fault that answers honestly but for what `spoil` does to the body of a 200."""

    async def fault(call: Call) -> None:
        start, body = await call.answer()
        if start["status"] == 200:
            body = json.dumps(spoil(json.loads(body), call.rng), ensure_ascii=False).encode()
        headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await call.send({**start, "headers": headers})
        await call.send({"type": "http.response.body", "body": body})

    return fault


def doubles(body: Body, rng: Random) -> Body:
    """Return about a tenth of the page's streams a second time, with one viewer more."""
    rows = body["data"]
    chosen = rng.sample(rows, -(-len(rows) // 10))
    return {**body, "data": rows + [{**row, "viewer_count": row["viewer_count"] + 1} for row in chosen]}


def misses(body: Body, rng: Random) -> Body:
    """Leave out the page's last stream, about a tenth of the others too."""
    return {**body, "data": [row for row in body["data"][:-1] if rng.random() >= 0.1]}


def looping_cursor(body: Body, rng: Random) -> Body:
    """Give the last page, unless there is none, a cursor that leads back to page one."""
    return body if _goes_on(body) else {**body, "pagination": {"cursor": paging.encode(0.0, 2.0**40)}}


def ia_cursor(body: Body, rng: Random) -> Body:
    """Give the last page, unless there is none, the cursor `IA`, which leads nowhere."""
    return body if _goes_on(body) else {**body, "pagination": {"cursor": "IA"}}


def _goes_on(body: Body) -> bool:
    return bool(body["pagination"]) or not body["data"]


def nulls(body: Body, rng: Random) -> Body:
    """Put null into one field of each row, of those where there may be nothing."""
    fields = ("game_id", "game_name", "title", "tags", "language")
    return {**body, "data": [{**row, rng.choice(fields): None} for row in body["data"]]}


def unknown_games(body: Body, rng: Random) -> Body:
    """Give about a fifth of the streams a game that Get Games does not know."""
    unknown = {"game_id": UNKNOWN_GAME, "game_name": "Not Yet Listed"}
    return {**body, "data": [{**row, **unknown} if rng.random() < 0.2 else row for row in body["data"]]}


def new_fields(body: Body, rng: Random) -> Body:
    """Add fields that no documentation mentions, to the rows and to the answer."""
    rows = [{**row, "viewer_mood": "calm", "co_streamers": [{"id": row["user_id"]}]} for row in body["data"]]
    return {**body, "data": rows, "trace": {"region": "nowhere"}}


async def short_pages(call: Call) -> None:
    """Answer with 40 to 60 % of the rows that were asked for; the chain goes on as it should."""
    asked = call.query.get("first", "20")
    share = call.rng.randrange(40, 61)
    first = max(1, int(asked) * share // 100) if asked.isdigit() and asked != "0" else asked
    others = [(name, value) for name, value in call.query.multi_items() if name != "first"]
    query = QueryParams([*others, ("first", str(first))])
    await call.app({**call.scope, "query_string": str(query).encode()}, call.receive, call.send)


async def empty_pages(call: Call) -> None:
    """Answer [] with a cursor that leads to nothing but further empty pages."""
    cursor = paging.encode(0.0, -1.0 - call.rng.random())
    await JSONResponse({"data": [], "pagination": {"cursor": cursor}})(call.scope, call.receive, call.send)


def is_endless(call: Call) -> bool:
    """Return whether the call follows a cursor of `empty_pages`."""
    try:
        return call.scope["path"].endswith("/streams") and paging.decode(call.query.get("after", "")) < 0
    except Refused:
        return False
