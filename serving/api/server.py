"""Runs the API as a server."""

from collections.abc import Sequence
from pathlib import Path

import click
import uvicorn

from ingestion.platforms.choice import Platform
from serving.addresses import listening
from serving.api.app import create_app
from serving.api.health import Tracked

# For what is being answered when the server is told to end.
SECONDS_TO_END = 5
OWN_HOSTS = ("127.", "::1", "localhost")


def serve_api(
    published: Path, *, host: str, port: int, key: str, platforms: Sequence[Platform], tracked: Tracked
) -> None:
    """Serve until it is stopped; the health check watches over `platforms`, which are on, and `tracked`.

    Raises:
        CannotServe: the address cannot be listened on.
    """
    with listening(host, port, "with AIRTIME_API_PORT or --port", backlog=2048) as listener:
        click.echo(f"http://{host}:{port}/docs describes the API; Ctrl-C ends it")
        if not key and not host.startswith(OWN_HOSTS):
            click.echo("anybody who reaches this address can read everything; AIRTIME_API_KEY sets a key")
        config = uvicorn.Config(
            create_app(published, key=key, platforms=platforms, tracked=tracked),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=SECONDS_TO_END,
        )
        uvicorn.Server(config).run(sockets=[listener])
