"""The health check: what is published, and whether each platform that is on has been heard of lately."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from ingestion.clock import Now
from ingestion.platforms.choice import Platform
from serving.api.answers import version_of
from serving.api.describe import responses
from serving.api.problems import Problem
from serving.api.representations import JSON_OPTIONS, MEDIA_TYPES
from serving.published import Publication

# What is published is an hour old at most, and a build may take as long.
LATE = timedelta(hours=2)


@dataclass(frozen=True)
class Watched:
    """The platforms that are collected, the clock (naive UTC), and since when they are watched."""

    platforms: Sequence[Platform]
    now: Now
    since: datetime


def router() -> APIRouter:
    """Return the route of the server itself."""
    routes = APIRouter(tags=["server"])
    summary = "What is published, and whether the platforms are heard of"
    routes.add_api_route(
        "/health", health, operation_id="health", summary=summary, responses=responses("health")
    )
    return routes


def health(request: Request) -> Response:
    """Whether there is something to answer from, and whether each platform that is on is heard of.

    One is silent when its newest complete crawl is older than three of its cadences and than an hour.
    """
    version, watched = version_of(request), request.app.state.watched
    rows = list(_rows(version.publication, version.platforms, watched))
    found = {**version.publication._asdict(), "platforms": rows}
    if silent := [row for row in rows if row["is_silent"]]:
        plain = orjson.loads(orjson.dumps(found, option=JSON_OPTIONS))
        raise Problem(503, "; ".join(map(_sentence, silent)), **plain)
    body = orjson.dumps({"status": "ok", **found}, option=JSON_OPTIONS)
    return Response(body, headers={"Cache-Control": "no-store"}, media_type=MEDIA_TYPES["json"])


def _rows(publication: Publication, published: Iterable[str], watched: Watched) -> Iterator[dict[str, Any]]:
    on = {one.name: one for one in watched.platforms}
    for name in sorted({*published, *on}):
        newest, platform = publication.source_crawls.get(name), on.get(name)
        yield {
            "platform": name,
            "is_on": platform is not None,
            "is_silent": platform is not None and _is_silent(platform, newest, publication, watched),
            "newest_crawl_at": newest,
            "cadence_minutes": platform.cadence_minutes if platform else None,
        }


def _is_silent(
    platform: Platform, newest: datetime | None, publication: Publication, watched: Watched
) -> bool:
    # of one that was never heard of the silence begins when somebody listens
    silent_from = (newest or watched.since) + platform.longest_silence
    return silent_from < publication.published_at or silent_from + LATE < watched.now()


def _sentence(row: dict[str, Any]) -> str:
    newest = row["newest_crawl_at"]
    since = f"since {newest:%Y-%m-%d %H:%M} UTC" if newest else "yet"
    return (
        f"no complete crawl of {row['platform']} has been published {since}, though one is due every "
        f"{row['cadence_minutes']} minutes: see its runs in the Dagster UI (make ui)"
    )
