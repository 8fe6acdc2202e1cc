"""Puts the API together: routes, problems, description, and what stands before them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from ingestion.clock import Now, utc_now
from ingestion.platforms.choice import Platform
from serving.api import activity, health, lookups, metrics, rankings
from serving.api.describe import DESCRIPTION, describe
from serving.api.gateway import Gateway
from serving.api.health import Tracked, Watched
from serving.api.problems import install
from serving.api.versions import Versions

THREADS = 2
DOCS = "/docs"
TAGS = [
    {"name": "rankings", "description": "Who leads, in which period."},
    {"name": "lookups", "description": "One streamer, session or game."},
    {"name": "now", "description": "The newest crawl."},
    {"name": "tracked", "description": "Numbers of any service, by the items that are tracked."},
    {"name": "activity", "description": "Whole platforms, and what the crawls saw of them."},
    {"name": "server", "description": "Whether there is something to answer from."},
]
APP: dict[str, Any] = {
    "docs_url": DOCS,
    "redoc_url": None,
    "title": "airtime",
    "version": "1",
    "description": DESCRIPTION,
    "openapi_tags": TAGS,
    "redirect_slashes": False,
    "swagger_ui_parameters": {"validatorUrl": None, "tryItOutEnabled": True, "defaultModelsExpandDepth": 0},
}


def create_app(
    published: Path,
    *,
    key: str = "",
    platforms: Sequence[Platform] = (),
    tracked: Tracked = lambda now: (),
    now: Now = utc_now,
) -> Gateway:
    """Return the ASGI app that answers from a published copy, which need not be there yet.

    With a `key`, data is only given to callers who send it. The health check watches over `platforms`, which
    are on, and the kinds that are `tracked` at an instant, by the clock `now`.
    """
    versions = Versions(published)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = THREADS
        yield
        versions.close()

    app = FastAPIOffline(lifespan=lifespan, **APP)
    app.state.published = published
    app.state.watched = Watched(platforms, now, now(), tracked)
    app.state.cache_control = "private, no-cache" if key else "no-cache"
    install(app)
    describe(app, versions, needs_key=bool(key))
    for part in (rankings, activity, lookups, metrics, health):
        app.include_router(part.router())
    return Gateway(app, versions, key)
