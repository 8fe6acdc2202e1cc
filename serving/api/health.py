"""The health check: what is published, and whether what is collected has been heard of lately."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from ingestion.clock import Now
from ingestion.csv_list import BadList
from ingestion.platforms.choice import Platform
from ingestion.sources.services import TrackedKind
from serving.api.answers import version_of
from serving.api.describe import responses
from serving.api.problems import Problem
from serving.api.representations import JSON_OPTIONS, MEDIA_TYPES
from serving.published import Publication

# What is published is an hour old at most, and a build may take as long.
LATE = timedelta(hours=2)
Tracked = Callable[[datetime], Sequence[TrackedKind]]


@dataclass(frozen=True)
class Watched:
    """The platforms that are collected, the clock (naive UTC), since when they are watched, what is tracked.

    `tracked` gets the present instant; `begun` is since when each kind is watched, `known` what was tracked
    when it was looked up last.
    """

    platforms: Sequence[Platform]
    now: Now
    since: datetime
    tracked: Tracked
    begun: dict[str, datetime] = field(default_factory=dict)
    known: dict[str, tuple[datetime, Sequence[TrackedKind]]] = field(default_factory=dict)

    def kinds(self) -> Sequence[TrackedKind]:
        """Return what is tracked, looked up once a minute; while the list cannot be read, what was before."""
        minute = self.now().replace(second=0, microsecond=0)
        at, found = self.known.get("newest", (None, ()))
        if at != minute:
            with suppress(BadList):  # of which runs tell
                found = self.tracked(minute)
            self.known["newest"] = minute, found
        return found


def router() -> APIRouter:
    """Return the route of the server itself."""
    routes = APIRouter(tags=["server"])
    summary = "What is published, and whether the platforms are heard of"
    routes.add_api_route(
        "/health", health, operation_id="health", summary=summary, responses=responses("health")
    )
    return routes


def health(request: Request) -> Response:
    """Whether there is something to answer from, and whether all that is on or tracked is heard of.

    A platform is silent when its newest complete crawl is older than three of its cadences and than an hour,
    a kind of tracked item when its newest reading is. While nothing is tracked, nothing is said of that.
    """
    version, watched = version_of(request), request.app.state.watched
    rows = list(_rows(version.publication, version.platforms, watched))
    kinds = list(_kinds(version.publication, version.newest_readings, watched))
    found = {**version.publication._asdict(), "platforms": rows, **({"tracked": kinds} if kinds else {})}
    silent = [_sentence(row) for row in rows if row["is_silent"]]
    silent += [_sentence_of_kind(row) for row in kinds if row["is_silent"]]
    if silent:
        plain = orjson.loads(orjson.dumps(found, option=JSON_OPTIONS))
        raise Problem(503, "; ".join(silent), **plain)
    body = orjson.dumps({"status": "ok", **found}, option=JSON_OPTIONS)
    return Response(body, headers={"Cache-Control": "no-store"}, media_type=MEDIA_TYPES["json"])


def _rows(publication: Publication, published: Iterable[str], watched: Watched) -> Iterator[dict[str, Any]]:
    on = {one.name: one for one in watched.platforms}
    for name in sorted({*published, *on}):
        newest, platform = publication.source_crawls.get(name), on.get(name)
        yield {
            "platform": name,
            "is_on": platform is not None,
            "is_silent": platform is not None
            and _is_silent((newest or watched.since) + platform.longest_silence, publication, watched),
            "newest_crawl_at": newest,
            "cadence_minutes": platform.cadence_minutes if platform else None,
        }


def _kinds(
    publication: Publication, newest_readings: Mapping[str, datetime], watched: Watched
) -> Iterator[dict[str, Any]]:
    for kind in watched.kinds():
        newest = newest_readings.get(kind.name)
        begun = watched.begun.setdefault(kind.name, watched.now())
        if kind.has_readings:
            yield {
                "kind": kind.name,
                "is_silent": _is_silent((newest or begun) + kind.longest_silence, publication, watched),
                "newest_reading_at": newest,
                "every_seconds": int(kind.every.total_seconds()),
            }


def _is_silent(silent_from: datetime, publication: Publication, watched: Watched) -> bool:
    # of what was never heard of the silence begins when somebody listens
    return silent_from < publication.published_at or silent_from + LATE < watched.now()


def _sentence(row: dict[str, Any]) -> str:
    newest = row["newest_crawl_at"]
    since = f"since {newest:%Y-%m-%d %H:%M} UTC" if newest else "yet"
    return (
        f"no complete crawl of {row['platform']} has been published {since}, though one is due every "
        f"{row['cadence_minutes']} minutes: see its runs in the Dagster UI (make ui)"
    )


def _sentence_of_kind(row: dict[str, Any]) -> str:
    newest = row["newest_reading_at"]
    since = f"since {newest:%Y-%m-%d %H:%M} UTC" if newest else "yet"
    every = timedelta(seconds=row["every_seconds"])
    return (
        f"no reading of {row['kind']} has been published {since}, though its items are due every {every}: "
        "see what python -m ingestion track run says, or its runs in the Dagster UI (make ui)"
    )
