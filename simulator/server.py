"""Serves the simulated interfaces over real HTTP on loopback, in a thread of this process."""

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from ingestion.clock import utc_now
from ingestion.exits import Refused
from simulator.app import make_app
from simulator.box import Box, Clock
from simulator.limits import Bucket
from simulator.tokens import DEFAULT_LIFETIME, TokenDesk
from simulator.truth.world import World

HOST = "127.0.0.1"
Layer = Callable[[ASGIApp], ASGIApp]


class PortInUse(Refused):
    """Something else listens on the port; the message says what to do."""


@dataclass(frozen=True)
class Served:
    """A simulator that is serving: its base addresses and, for tests, the box behind them."""

    url: str
    box: Box
    thread: threading.Thread

    @property
    def helix_url(self) -> str:
        """The value for HELIX_URL."""
        return f"{self.url}/helix"

    @property
    def token_url(self) -> str:
        """The value for TWITCH_TOKEN_URL."""
        return f"{self.url}/oauth2/token"

    @property
    def igdb_url(self) -> str:
        """The value for IGDB_URL."""
        return f"{self.url}/v4"


def other_platforms(served: Served) -> dict[str, str]:
    """Return the settings that make a collector talk to the other platforms."""
    desk, url = served.box.desk, served.url
    return {
        "KICK_URL": f"{url}/kick/public",
        "KICK_TOKEN_URL": f"{url}/kick/oauth/token",
        "KICK_CLIENT_ID": desk.client_id,
        "KICK_CLIENT_SECRET": desk.client_secret,
        "TROVO_URL": f"{url}/trovo/openplatform",
        "TROVO_CLIENT_ID": desk.client_id,
        "CHZZK_URL": f"{url}/chzzk/open/v1",
        "CHZZK_CLIENT_ID": desk.client_id,
        "CHZZK_CLIENT_SECRET": desk.client_secret,
        "SOOP_URL": f"{url}/soop",
        "SOOP_CLIENT_ID": desk.client_id,
    }


def services(served: Served) -> dict[str, str]:
    """Return the settings that make tracking talk to the other services."""
    return {"INTERNAL_URL": f"{served.url}/internal", "GITHUB_URL": f"{served.url}/github"}


class _Protocol(H11Protocol):
    """HTTP/1.1 that puts the connection into each call's scope, so that a fault can break it."""

    # uvicorn takes a narrower transport than asyncio declares
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


@contextmanager
def serve(
    world: World,
    *,
    client_id: str,
    client_secret: str,
    clock: Clock = utc_now,
    port: int = 0,
    token_lifetime: int = DEFAULT_LIFETIME,
    token_calls: int | None = None,
    points_per_minute: int = 800,
    igdb_per_second: int = 4,
    layer: Layer | None = None,
) -> Iterator[Served]:
    """Serve `world` on loopback until the block ends; port 0 takes a free one.

    Args:
        world: what is live, and when.
        client_id: the one application that gets tokens.
        client_secret: its secret.
        clock: returns naive UTC; the world, token expiry and rate limits all follow it.
        port: the port to listen on.
        token_lifetime: seconds that a token is good for.
        token_calls: calls that a token is good for; None for no such end.
        points_per_minute: size and refill of Helix's bucket.
        igdb_per_second: size and refill of IGDB's bucket.
        layer: wraps the application, for example with faults.

    Yields:
        The addresses, once the server accepts connections.

    Raises:
        PortInUse: something else listens on the port.
    """
    box = Box(
        world,
        TokenDesk(client_id, client_secret, token_lifetime, token_calls),
        Bucket(points_per_minute, points_per_minute / 60),
        Bucket(igdb_per_second, igdb_per_second),
        clock,
    )
    app = make_app(box)
    dated = _dated(layer(app) if layer else app, clock)
    with _listen(port) as listener, _running(dated, listener) as thread:
        yield Served(f"http://{HOST}:{listener.getsockname()[1]}", box, thread)


def _dated(app: ASGIApp, clock: Clock) -> ASGIApp:
    """Return `app` with the clock's time in the header `Date` of every answer."""

    async def dated(scope: Scope, receive: Receive, send: Send) -> None:
        async def stamp(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(clock().replace(tzinfo=UTC), usegmt=True).encode()
                message = {**message, "headers": [*message["headers"], (b"date", date)]}
            await send(message)

        await app(scope, receive, stamp)

    return dated


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortInUse(
            f"port {port} on {HOST} is in use: stop what listens there or choose another"
        ) from error
    return listener


@contextmanager
def _running(app: ASGIApp, listener: socket.socket) -> Iterator[threading.Thread]:
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="simulator", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        server.should_exit = True
        thread.join()
