"""One call on its way through the faults."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from starlette.datastructures import QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True)
class Call:
    """What a fault needs: the application, the ASGI triple, its own randomness, delay and instant."""

    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send
    rng: Random
    slow_seconds: float
    at: datetime

    @property
    def query(self) -> QueryParams:
        """The query parameters."""
        return QueryParams(self.scope["query_string"])

    async def answer(self) -> tuple[Message, bytes]:
        """Let the application answer; return the start of its response and the whole body, unsent."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(self.scope, self.receive, keep)
        return messages[0], b"".join(message.get("body", b"") for message in messages[1:])

    async def until_disconnected(self) -> None:
        """Wait until the client is gone."""
        while (await self.receive())["type"] != "http.disconnect":
            pass


Fault = Callable[[Call], Awaitable[None]]
