"""Describes the answers in OpenAPI: every column's type and meaning, and every problem."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI

from serving.api.columns import Column, columns_of_marts
from serving.api.problems import MEDIA_TYPE
from serving.api.representations import SHORT_TYPES

DESCRIPTION = """
Rankings, streamers, sessions and what is live, from the published copy of the marts. Nothing can be changed.

**Answers** are `{"data": [..], "meta": {..}}`. `meta` has the `version` of what was published, the `count`
of rows, `limit`, `offset`, and `next`, the address of the next page or null; the header `Link` has it too.
CSV and Arrow (an IPC stream) come by `?format=csv`, `?format=arrow` or `Accept`. Times are UTC, ids are
text, what is unknown is null.

**Unchanged?** `ETag` belongs to a version: sent as `If-None-Match` it makes an unchanged answer a 304 without
a body. A new version may come between two pages; `meta.version` tells.

**Problems** are `application/problem+json` (RFC 9457) with a `detail` that says what to do.
"""
TAGS = [
    {"name": "rankings", "description": "Who leads, in which period."},
    {"name": "lookups", "description": "One streamer, session or game."},
    {"name": "now", "description": "The newest crawl."},
    {"name": "activity", "description": "Whole platforms, and what the crawls saw of them."},
    {"name": "server", "description": "Whether there is something to answer from."},
]
TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": ["string", "null"]},
    "bigint": {"type": ["integer", "null"]},
    "double": {"type": ["number", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "timestamp": {"type": ["string", "null"], "format": "date-time"},
}
LIST: dict[str, Any] = {"type": ["array", "null"], "items": {"type": ["string", "null"]}}
OF_A_PERIOD = ("platform", "period", "period_start", "period_end", "is_closed", "coverage")
SHARED = ["limit", "offset", "format"]
PROBLEMS = {
    401: "The key is missing or wrong.",
    404: "There is no such id, platform, genre or period; `parameters` names what there is.",
    406: "There is nothing that `Accept` allows.",
    414: "The address is too long.",
    422: "A parameter is wrong; `parameters` names each and what is allowed.",
    500: "The server failed; its log says why.",
    503: "Nothing is published yet; `detail` says what to run.",
}
HEADERS = {
    "ETag": "Changes with the published version and the representation.",
    "Airtime-Version": "The published version that this answer is from.",
    "Link": "The next page, if there is one, as rel=next.",
}
PARAMETER = {
    "name": {"type": "string"},
    "in": {"type": "string", "enum": ["query", "path"]},
    "allowed": {"type": "string", "description": "What is allowed, in words."},
    "value": {"type": "string", "description": "The value that was sent, perhaps cut."},
    "among": {"type": "array", "items": {"type": "string"}, "description": "What is allowed, as a list."},
}
PROBLEM = {
    "type": {"type": "string", "format": "uri-reference", "example": "about:blank"},
    "title": {"type": "string"},
    "status": {"type": "integer"},
    "detail": {"type": "string", "description": "What is wrong and what to do about it."},
    "parameters": {
        "type": "array",
        "items": {"type": "object", "properties": PARAMETER, "required": ["name", "in", "allowed"]},
    },
}
META: dict[str, Any] = {
    "version": {"type": "string", "description": "What was published: equal versions, equal data."},
    "count": {"type": "integer", "description": "Rows in this answer."},
    "limit": {"type": "integer"},
    "offset": {"type": "integer"},
    "next": {"type": ["string", "null"], "description": "Address of the next page."},
    "periods": {
        "type": "array",
        "items": {"$ref": "#/components/schemas/periods"},
        "description": "Of rankings: the period on each platform.",
    },
}
HEALTH = {
    "status": {"type": "string", "enum": ["ok"]},
    "version": {"type": "string"},
    "published_at": {"type": "string", "format": "date-time"},
    "source_crawls": {
        "type": "object",
        "additionalProperties": {"type": "string", "format": "date-time"},
        "description": "The newest complete crawl of each platform.",
    },
}


def responses(mart: str) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of a route that answers rows of a mart, or `health`."""
    problems: dict[int | str, dict[str, Any]] = {
        status: {"description": text, "content": {MEDIA_TYPE: {"schema": _ref("problem")}}}
        for status, text in PROBLEMS.items()
    }
    if mart == "health":
        content = {"application/json": {"schema": _ref("health")}}
        return {
            200: {"description": "It is well.", "content": content},
            500: problems[500],
            503: problems[503],
        }
    answer = {"data": {"type": "array", "items": _ref(mart)}, "meta": _ref("meta")}
    content = {
        SHORT_TYPES["json"]: {"schema": _object(answer)},
        SHORT_TYPES["csv"]: {"schema": {"type": "string"}},
        SHORT_TYPES["arrow"]: {"schema": {"type": "string", "format": "binary"}},
    }
    headers = {name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()}
    return {
        200: {"description": "The rows.", "content": content, "headers": headers},
        304: {"description": "What the caller has is the newest."},
        **problems,
    }


def describe(app: FastAPI, *, needs_key: bool) -> None:
    """Have the app's OpenAPI document hold the schemas that its responses refer to."""
    documented = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(documented(), needs_key=needs_key)
        return documented()

    app.openapi = openapi


def _complete(document: dict[str, Any], *, needs_key: bool) -> None:
    components = document.setdefault("components", {})
    components["schemas"] = _schemas()
    for operations in document["paths"].values():
        parameters = operations["get"].get("parameters", [])
        parameters.sort(key=_place)
        for parameter in parameters:
            parameter["schema"] = _never_null(parameter["schema"])
    if needs_key:
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        for path, operations in document["paths"].items():
            if path.startswith("/v1/"):
                operations["get"]["security"] = [{"key": []}]


def _never_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an optional parameter without the null that an address cannot spell."""
    kept = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    return kept[0] if len(kept) == 1 else schema


def _place(parameter: dict[str, Any]) -> int:
    """Return where a parameter is listed: those that every route has last, the others as they are."""
    return SHARED.index(parameter["name"]) if parameter["name"] in SHARED else -1


def _schemas() -> dict[str, Any]:
    marts = columns_of_marts()
    rows = {mart: _object({c.name: _schema(c) for c in columns}) for mart, columns in marts.items()}
    of_period = [column for column in marts["rank_streamers"] if column.name in OF_A_PERIOD]
    return {
        **rows,
        "periods": _object({column.name: _schema(column) for column in of_period}),
        "tags_popular": _object(
            {column.name: _schema(column) for column in _tags_popular(marts["games_now"])}
        ),
        "meta": _object(META, optional=["periods"]),
        "health": _object(HEALTH),
        "problem": _object(PROBLEM, optional=["parameters"]),
    }


def _tags_popular(games_now: Iterable[Column]) -> list[Column]:
    left_out = {"game_id", "started_last_15_minutes"}
    kept = [column for column in games_now if column.name not in left_out]
    return [
        Column("tag", "string", "A tag of live streams.") if column.name == "game_name" else column
        for column in kept
    ]


def _schema(column: Column) -> dict[str, Any]:
    return {**TYPES.get(column.data_type, LIST), "description": column.description}


def _object(properties: dict[str, Any], optional: Iterable[str] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
