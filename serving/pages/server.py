"""The web pages as one ASGI application: the index, and each notebook as a page."""

import sys
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ingestion.clock import utc_now
from ingestion.supervised import become
from serving.addresses import LOOPBACK, listening
from serving.errors import CannotServe
from serving.pages.frame import PAGES, html_head, index
from serving.pages.parsing import parse_in_turns
from serving.published import figures, publication, reading

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
STATIC = "/static"
SESSION_SECONDS = 10
# what the notebooks import: once here, so that no opening of a page waits for it
IMPORTED = ("altair", "polars", "sqlglot", "charts", "look", "pickers")
# what makes syntax trees by `compile` itself
PARSING = ("marimo._ast.compiler", "marimo._ast.transformers")


class Unchanging(StaticFiles):
    """Files whose names change with their contents: browsers keep them and do not ask again."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        """Return the file, to be kept for a year."""
        response = super().file_response(*arguments, **options)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def web(published: Path, now: Callable[[], datetime]) -> Starlette:
    """Return the application; `now` tells the time as naive UTC.

    A page's session opens the published copy that is the newest then, and lets go of it
    `SESSION_SECONDS` after its browser has left. All pages take marimo's own files from one place,
    so that a browser loads them once.
    """
    marimo = _warmed()
    pages = marimo.create_asgi_app(
        quiet=True, session_ttl=SESSION_SECONDS, asset_url=STATIC, html_head=html_head()
    )
    for page in PAGES:
        pages = pages.with_app(path=f"/{page.name}", root=str(NOTEBOOKS / f"{page.name}.py"))

    def show_index(_: Request) -> HTMLResponse:
        return HTMLResponse(index_of(published, now()))

    return Starlette(
        routes=[
            Route("/", show_index),
            *(Route(f"/{page.name}", _with_slash) for page in PAGES),
            Mount(STATIC, Unchanging(directory=Path(marimo.__path__[0]) / "_static")),
            Mount("/", pages.build()),
        ]
    )


def serve_web(published: Path, port: int, host: str = LOOPBACK) -> None:
    """Serve the pages until interrupted.

    Raises:
        CannotServe: the address cannot be listened on.
    """
    with listening(host, port, "with --port (make: PORT=)") as listener:
        config = uvicorn.Config(web(published, utc_now), log_level="warning", timeout_graceful_shutdown=1)
        click.echo(f"http://{host}:{listener.getsockname()[1]}/ shows the pages; Ctrl-C ends it")
        uvicorn.Server(config).run(sockets=[listener])


def edit_notebooks(port: int) -> None:
    """Open the notebooks for editing, on loopback, until interrupted; nothing is asked of the network."""
    command = [
        sys.executable,
        "-m",
        "marimo",
        "edit",
        str(NOTEBOOKS),
        "--host",
        LOOPBACK,
        "--port",
        str(port),
    ]
    become([*command, "--skip-update-check"])


def _warmed() -> ModuleType:
    sys.path.insert(0, str(NOTEBOOKS))
    for name in IMPORTED:
        import_module(name)
    parse_in_turns(*(import_module(name) for name in PARSING))
    return import_module("marimo")  # a second: publishing and exporting do without


def _with_slash(request: Request) -> RedirectResponse:
    return RedirectResponse(request.url.replace(path=f"{request.url.path}/"))


def index_of(published: Path, now: datetime) -> str:
    """Return the index page, which says why where there is nothing to show; `now` is naive UTC."""
    try:
        with reading(published) as connection:
            return index(publication(connection), figures(connection), now)
    except CannotServe as error:
        return index(None, {}, now, missing=str(error))
