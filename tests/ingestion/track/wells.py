"""A made-up service of wells, described in one YAML file, and the server that answers for it."""

import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from ingestion.settings import Settings
from tests.ingestion.loopback import Web

WELLS = """\
title: Wells
credentials_page: https://wells.example/keys
client:
  base_url: https://wells.example
  url_variable: WELLS_URL
  auth: {type: api_key, name: X-Key, api_key: WELLS_KEY}
budget: {calls_per_minute: 100000, units_per_day: 1000, resets: Asia/Seoul}
kinds:
  wells.well:
    endpoint:
      path: list
      params: {ids: "{ids}"}
      batch: {size: 3, join: "|"}
      data_selector: found.wells
      key: name.id
    lower: true
    metrics:
      depth: {path: "'depth.m'", type: number, sort: gauge}
      drawn: {path: "counts[0].litres", sort: counter}
      salt: {path: salt, sort: gauge, absent: unknown}
      leaks: {path: leaks, sort: counter, absent: zero}
    metadata: {name: name.full}
    missing: gone
    gone_after: 2
    schedule: {every: 15m, ends_after: 4w}
  wells.single:
    endpoint: {path: "wells/{id}", response_actions: [{status_code: 404, action: missing}]}
    metrics: {drawn: {path: "counts[0].litres", sort: counter}}
    schedule: {every: 15m}
"""
KEY = "a-key-that-nobody-may-see"


class Wells:
    """Answers for wells; those of `gone` are not there, those of `broken` fail every call that names them."""

    def __init__(self, web: Web) -> None:
        self.asked: list[list[str]] = []
        self.gone: set[str] = {"nowhere"}
        self.broken: set[str] = set()
        self.changes: dict[str, dict] = {}
        web.app = Starlette(routes=[Route("/list", self.many), Route("/wells/{name}", self.one)])

    async def many(self, request: Request) -> JSONResponse:
        if request.headers.get("x-key") != KEY:
            return JSONResponse({"message": f"no such key: {request.headers.get('x-key')}"}, 401)
        ids = request.query_params["ids"].split("|")
        self.asked.append(ids)
        if self.broken & {*ids}:
            return JSONResponse({"message": f"no well is called {ids[0]}, {KEY}"}, 400)
        there = [self.well(one) for one in reversed(ids) if one not in self.gone]
        return JSONResponse({"found": {"wells": there}, "your_key": KEY})

    async def one(self, request: Request) -> JSONResponse:
        name = request.path_params["name"]
        self.asked.append([name])
        return JSONResponse({}, 404) if name in self.gone else JSONResponse(self.well(name))

    def well(self, name: str) -> dict:
        well = {
            "name": {"id": name.upper(), "full": f"Well {name}"},
            "depth.m": "12.25",
            "counts": [{"litres": f"{len(self.asked)}00"}],
        }
        return well | self.changes.get(name, {})


def describe(settings: Settings, web: Web, text: str = WELLS) -> None:
    """Write the description, and let the environment lead to the server."""
    folder = settings.root / "kinds"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "wells.yml").write_text(text)
    os.environ.update(variables(web))


def variables(web: Web) -> dict[str, str]:
    """Return what leads to the server."""
    return {"WELLS_URL": web.url, "WELLS_KEY": KEY}


def track(settings: Settings, *ids: str, kind: str = "wells.well") -> None:
    """Write the list as a user would."""
    rows = "".join(f"{kind},{one},,\n" for one in ids)
    (settings.root / "tracked.csv").write_text(f"kind,id,label,until\n{rows}")
