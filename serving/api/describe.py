"""Describes the answers in OpenAPI: every column's type and meaning, and every problem."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from fastapi import FastAPI

from serving.api.problems import MEDIA_TYPE, PROBLEMS
from serving.api.representations import SHORT_TYPES
from serving.api.versions import NotPublished, Versions
from serving.schema import Column, Schema

DESCRIPTION = """
Rankings, streamers, sessions, what is live and what is tracked, from the published marts: to read only.

**Answers** are `{"data": [..], "meta": {..}}`. `meta` has the `version` of what was published, the `count`
of rows, `limit`, `offset`, and `next`, the address of the next page or null; the header `Link` has it too.
CSV and Arrow (an IPC stream) come by `?format=csv`, `?format=arrow` or `Accept`. Times are UTC, ids are
text, what is unknown is null.

**Unchanged?** `ETag` belongs to a version: sent as `If-None-Match` it makes an unchanged answer a 304 without
a body. A new version may come between two pages; `meta.version` tells.

**Problems** are `application/problem+json` (RFC 9457) with a `detail` that says what to do.
"""
TYPES: dict[str, dict[str, Any]] = {
    "VARCHAR": {"type": ["string", "null"]},
    "BIGINT": {"type": ["integer", "null"]},
    "DOUBLE": {"type": ["number", "null"]},
    "BOOLEAN": {"type": ["boolean", "null"]},
    "DATE": {"type": ["string", "null"], "format": "date"},
    "TIMESTAMP": {"type": ["string", "null"], "format": "date-time"},
    "VARCHAR[]": {"type": ["array", "null"], "items": {"type": ["string", "null"]}},
}
REFERENCE = re.compile(rb"#/components/schemas/(\w+)")
OF_A_PERIOD = ("platform", "period", "period_start", "period_end", "is_closed", "coverage")
SHARED = ["limit", "offset", "format"]
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
    "platforms": {
        "type": "array",
        "items": {"$ref": "#/components/schemas/health_of_platform"},
        "description": "Those that are published, and those that are on: to be crawled.",
    },
    "tracked": {
        "type": "array",
        "items": {"$ref": "#/components/schemas/health_of_kind"},
        "description": "The kinds of tracked items, where there are any.",
    },
}
HEALTH_OF_PLATFORM = {
    "platform": {"type": "string"},
    "is_on": {
        "type": "boolean",
        "description": "Whether it is crawled, as far as this server's settings go.",
    },
    "is_silent": {"type": "boolean", "description": "It is on, but its newest complete crawl is too old."},
    "newest_crawl_at": {"type": ["string", "null"], "format": "date-time"},
    "cadence_minutes": {
        "type": ["integer", "null"],
        "description": "Minutes between two crawls, if it is on.",
    },
}
HEALTH_OF_KIND = {
    "kind": {"type": "string"},
    "is_silent": {"type": "boolean", "description": "Its newest reading is too old."},
    "newest_reading_at": {"type": ["string", "null"], "format": "date-time"},
    "every_seconds": {"type": "integer", "description": "Seconds between two readings of an item."},
}


def responses(mart: str, *others: str) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of a route that answers rows of a mart or one of several, or `health`."""
    problems: dict[int | str, dict[str, Any]] = {
        status: {"description": text, "content": {MEDIA_TYPE: {"schema": _ref("problem")}}}
        for status, text in PROBLEMS.items()
    }
    if mart == "health":
        content = {"application/json": {"schema": _ref("health")}}
        return {
            200: {"description": "It is well.", "content": content},
            500: problems[500],
            503: {**problems[503], "description": f"{PROBLEMS[503]} Or what is on or tracked is silent."},
        }
    row = {"anyOf": [_ref(mart), *map(_ref, others)]} if others else _ref(mart)
    answer = {"data": {"type": "array", "items": row}, "meta": _ref("meta")}
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


def describe(app: FastAPI, versions: Versions, *, needs_key: bool) -> None:
    """Have the app's OpenAPI document describe rows as the newest publish has them.

    Until there is one, and for a mart that it lacks, a row is an object of which no more is known.
    """
    documented = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(documented(), needs_key=needs_key)
        document = documented()
        unknown = dict.fromkeys(_referred_to(document), {"type": "object"})
        document["components"]["schemas"] = {**unknown, **_schemas(_published(versions))}
        return document

    # FastAPI's way to a document of one's own is a function in the method's place
    vars(app)["openapi"] = openapi


def _published(versions: Versions) -> Mapping[str, Schema]:
    try:
        with versions.newest() as version:
            return version.schemas
    except NotPublished:
        return {}


def _referred_to(document: dict[str, Any]) -> list[str]:
    return [name.decode() for name in REFERENCE.findall(orjson.dumps(document["paths"]))]


def _complete(document: dict[str, Any], *, needs_key: bool) -> None:
    components = document.setdefault("components", {})
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


def _schemas(marts: Mapping[str, Schema]) -> dict[str, Any]:
    rows = {mart: {c["name"]: _schema(c) for c in schema["columns"]} for mart, schema in marts.items()}
    if "rank_streamers" in rows:
        shared = rows["rank_streamers"].items()
        rows["periods"] = {name: column for name, column in shared if name in OF_A_PERIOD}
    if "games_now" in rows:
        rows["tags_popular"] = _tags_popular(rows["games_now"])
    if "reading_buckets" in rows:
        rows["metrics"] = _metrics(rows["reading_buckets"])
    return {
        **{name: _object(columns) for name, columns in rows.items()},
        "meta": _object(META, optional=["periods"]),
        "health": _object(HEALTH, optional=["tracked"]),
        "health_of_platform": _object(HEALTH_OF_PLATFORM),
        "health_of_kind": _object(HEALTH_OF_KIND),
        "problem": _object(PROBLEM, optional=["parameters"]),
    }


def _tags_popular(games_now: Mapping[str, Any]) -> dict[str, Any]:
    tag = {**TYPES["VARCHAR"], "description": "A tag of live streams."}
    found = {"tag" if name == "game_name" else name: column for name, column in games_now.items()}
    left_out = ("game_id", "started_last_15_minutes")
    return {name: column for name, column in {**found, "tag": tag}.items() if name not in left_out}


def _metrics(buckets: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: buckets[name] for name in ("kind", "metric", "sort")},
        "items": {**TYPES["BIGINT"], "description": "Items that have a known reading of it."},
        "readings": {**TYPES["BIGINT"], "description": "Their known readings."},
        "first_date": {**TYPES["DATE"], "description": "UTC date of the first of them."},
        "last_date": {**TYPES["DATE"], "description": "UTC date of the newest of them."},
    }


def _schema(column: Column) -> dict[str, Any]:
    return {**TYPES.get(column["type"], {}), "description": column["description"] or ""}


def _object(properties: dict[str, Any], optional: Iterable[str] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
