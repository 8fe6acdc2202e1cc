"""Asks the published copy, and makes a response of the rows."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from starlette.responses import Response

from serving.api.parameters import ALLOWED, MOST_ROWS, AnswerParameters, Page
from serving.api.problems import Problem, not_there
from serving.api.representations import LEAST_GZIPPED, MEDIA_TYPES, SHORT_TYPES, Rows, gzipped
from serving.api.versions import Version

NO_NAME = re.compile(r"[^a-z0-9]+")
OFFERED = ", ".join(SHORT_TYPES.values())


def version_of(request: Request) -> Version:
    """Return the published version that this request is answered from.

    Raises:
        Problem: there is none yet.
    """
    version: Version | Problem = request.state.version
    if isinstance(version, Problem):
        raise version
    return version


def known_platform(request: Request, platform: str | None) -> None:
    """Do nothing if there is such a platform.

    Raises:
        Problem: there is not; it lists those that there are.
    """
    platforms = version_of(request).platforms
    if platform is not None and platform not in platforms:
        allowed = f"one of {', '.join(platforms)}" if platforms else ALLOWED["platform"]
        raise not_there("platform", platform, allowed, platforms)


def select_where(mart: str, **values: object) -> tuple[str, dict[str, Any]]:
    """Return the SQL for a mart's rows with these values in its columns, and the values to bind.

    A value of None is no condition.
    """
    bound = {name: value for name, value in values.items() if value is not None}
    conditions = "".join(f" and {name} = ${name}" for name in bound)
    return f"select * from published.marts.{mart} where true{conditions}", bound


def exists(request: Request, mart: str, **values: object) -> bool:
    """Tell whether a mart has a row with these values in its columns."""
    sql, bound = select_where(mart, **values)
    with version_of(request).cursor() as cursor:
        is_there: bool
        [(is_there,)] = cursor.execute(f"select exists ({sql})", bound).fetchall()
        return is_there


def respond(
    request: Request,
    asked: AnswerParameters,
    sql: str,
    bound: Mapping[str, Any],
    *,
    meta: Mapping[str, Any] | None = None,
    pinned: Mapping[str, Any] | None = None,
) -> Response:
    """Return the rows of a query, whose order has to be total, as the response that was asked for.

    `meta` goes beside the rows; `pinned` are parameters which the next page has to repeat although
    this request left them to their defaults.

    Raises:
        Problem: the caller takes none of the formats.
    """
    version, format_ = version_of(request), asked.format or request.state.format
    if format_ is None:
        raise Problem(406, f"there is nothing that `Accept` allows; there are {OFFERED}")
    limit, offset = (asked.limit, asked.offset) if isinstance(asked, Page) else (MOST_ROWS, 0)
    with version.cursor() as cursor:
        cursor.execute(f"{sql} limit $limit offset $offset", {**bound, "limit": limit + 1, "offset": offset})
        rows = Rows(cursor, limit, format_)
    after = {**(pinned or {}), "offset": offset + limit}
    next_ = _address(request, asked, after) if rows.has_more else None
    page = {"count": len(rows), "limit": limit, "offset": offset, "next": next_}
    body = rows.written({"version": version.name, **page, **(meta or {})})
    return _response(request, version, format_, body, next_)


def _address(request: Request, asked: AnswerParameters, changed: Mapping[str, Any]) -> str:
    given = asked.model_dump(mode="json", exclude_unset=True, by_alias=True)
    return f"{quote(request.scope['path'])}?{urlencode({**given, **changed}, doseq=True)}"


def _response(request: Request, version: Version, format_: str, body: bytes, next_: str | None) -> Response:
    is_gzipped = request.state.gzip and len(body) >= LEAST_GZIPPED
    headers = {
        "ETag": f'"{version.name[:32]}-{format_}{"-gzip" if is_gzipped else ""}"',
        "Cache-Control": request.app.state.cache_control,
        "Vary": "Accept, Accept-Encoding",
        "Airtime-Version": version.name,
    }
    if is_gzipped:
        body, headers["Content-Encoding"] = gzipped(body), "gzip"
    if next_:
        headers["Link"] = f'<{next_}>; rel="next"'
    if format_ != "json":
        name = NO_NAME.sub("-", request.scope["path"].removeprefix("/v1/").lower()).strip("-")
        headers["Content-Disposition"] = f'attachment; filename="{name}.{format_}"'
    headers["Content-Type"] = MEDIA_TYPES[format_]
    return Response(body, headers=headers)
