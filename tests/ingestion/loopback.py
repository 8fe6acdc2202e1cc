"""Serves any ASGI application over real HTTP on loopback, and keeps a clock that only sleeping moves."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send


class Clock:
    """A clock for tests: sleeping moves it and is written down."""

    def __init__(self, start: datetime) -> None:
        self.moment = start
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        """Move the clock; threads that sleep at the same time sleep side by side, as they do really."""
        wakes_at = self.moment + timedelta(seconds=seconds)
        with self._lock:
            self.slept.append(seconds)
            self.moment = max(self.moment, wakes_at) if seconds > 0 else wakes_at


class Web:
    """A running server whose application each test sets."""

    def __init__(self) -> None:
        self.url = ""
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None, "the test has set no application"
        await self.app(scope, receive, send)


@contextmanager
def running() -> Iterator[Web]:
    web = Web()
    config = uvicorn.Config(web, port=0, lifespan="off", log_config=None, ws="none", date_header=False)
    server = uvicorn.Server(config)
    listener = config.bind_socket()
    listener.listen(128)
    web.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
