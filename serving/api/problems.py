"""Says what went wrong in the form of RFC 9457, for programs and for people."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import duckdb
import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from serving.api.parameters import ALLOWED
from serving.published import unreadable

MEDIA_TYPE = "application/problem+json"
PROBLEMS = {
    401: "The key is missing or wrong.",
    404: "There is no such id, platform, kind, metric, genre or period; `parameters` names what there is.",
    406: "There is nothing that `Accept` allows.",
    414: "The address is too long.",
    422: "A parameter is wrong; `parameters` names each and what is allowed.",
    500: "The server failed; its log says why.",
    503: "Nothing is published yet; `detail` says what to run.",
}
MOST_OF_A_VALUE = 80
RETRY_SECONDS = "30"
SENTENCES = {
    404: "there is nothing at this path; /docs lists what there is",
    405: "only GET and HEAD are answered here; nothing can be changed",
    500: "the server failed; its log says why",
}
PUBLISH_AGAIN = (
    "the published copy lacks what this answer needs ({reason}); build and publish it again, "
    "with `make demo`, `make run` or `make import`"
)


class Problem(Exception):
    """A request that is not answered: its status, a sentence, and what a program may want to know."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any):
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, dict(headers or {}), more


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """Return a problem as a response."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    return Response(
        orjson.dumps(content),
        status,
        {**(headers or {}), "Cache-Control": "no-store"},
        media_type=MEDIA_TYPE,
    )


def not_there(name: str, value: object, allowed: str, among: list[str], place: str = "query") -> Problem:
    """Return the problem of a well-formed parameter that names nothing that is published."""
    parameter = _parameter(place, name, value, allowed, among)
    return Problem(404, _sentence(parameter), parameters=[parameter])


def not_published(detail: str) -> Problem:
    """Return the problem that there is nothing to answer from yet."""
    return Problem(503, detail, {"Retry-After": RETRY_SECONDS})


def install(app: FastAPI) -> None:
    """Have every refusal of the app answered as a problem; a failure is left to whoever calls the app."""
    app.exception_handler(Problem)(_on_problem)
    app.exception_handler(HTTPException)(_on_http)
    app.exception_handler(RequestValidationError)(_on_validation)
    app.exception_handler(duckdb.CatalogException)(_on_missing_mart)
    app.exception_handler(duckdb.BinderException)(_on_missing_mart)
    app.exception_handler(duckdb.IOException)(_on_unreadable)


async def _on_problem(_: Request, error: Problem) -> Response:
    return problem(error.status, error.detail, error.headers, **error.more)


async def _on_http(_: Request, error: HTTPException) -> Response:
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = "GET, HEAD"
    return problem(error.status_code, SENTENCES.get(error.status_code, str(error.detail)), headers)


async def _on_validation(request: Request, error: RequestValidationError) -> Response:
    known = _known_parameters(request)
    found = [_fault(fault, known) for fault in error.errors()]
    return problem(422, "; ".join(map(_sentence, found)), parameters=found)


async def _on_missing_mart(request: Request, error: duckdb.Error) -> Response:
    reason = str(error).splitlines()[0]
    return await _on_problem(request, not_published(PUBLISH_AGAIN.format(reason=reason)))


async def _on_unreadable(request: Request, error: duckdb.Error) -> Response:
    return await _on_problem(request, not_published(unreadable(request.app.state.published, error)))


def _known_parameters(request: Request) -> list[str]:
    operation = request.app.openapi()["paths"][request.scope["route"].path_format]["get"]
    return [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"]


def _fault(fault: Mapping[str, Any], known: list[str]) -> dict[str, Any]:
    place, name = fault["loc"][0], str(fault["loc"][1])
    if fault["type"] == "extra_forbidden":
        return _parameter(place, name, None, f"no such parameter; there are {', '.join(known)}", known)
    return _parameter(place, name, fault["input"], ALLOWED[name])


def _parameter(
    place: str, name: str, value: object, allowed: str, among: list[str] | None = None
) -> dict[str, Any]:
    found: dict[str, Any] = {"name": _short(name), "in": place, "allowed": allowed}
    if value is not None:
        found["value"] = _short(str(value))
    if among is not None:
        found["among"] = among
    return found


def _sentence(parameter: Mapping[str, Any]) -> str:
    value = f" is {parameter['value']!r}, but has to be" if "value" in parameter else ":"
    return f"{parameter['name']}{value} {parameter['allowed']}"


def _short(text: str) -> str:
    text = text.encode(errors="replace").decode()
    return text if len(text) <= MOST_OF_A_VALUE else f"{text[:MOST_OF_A_VALUE]}.."
