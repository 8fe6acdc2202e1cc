"""One connection to the chat: logs in, joins rooms at a pace, keeps alive, and hands on every line."""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

from ingestion.listen.irc import BadLine, Line, parse_line
from ingestion.listen.spool import CLOSED, CUT, LINE, OPENED, Spool

CONNECT_SECONDS = LOGIN_SECONDS = 20.0
JOIN_PACE_SECONDS = 0.5
PING_SECONDS, PONG_SECONDS = 45.0, 10.0
READ_BYTES, MOST_LINE_BYTES = 2**16, 4 * 2**20
# of the lines that come, only a few say anything about the connection or a room's state
TOLD = frozenset(b"PING PONG RECONNECT ROOMSTATE NOTICE CAP PART 376".split())
SCHEMES = {"ircs": 6697, "irc": 6667}


class ChatClosed(Exception):
    """A connection has ended; the message says why in a word or two."""


@dataclass(frozen=True)
class Login:
    """Who reads: nobody by name, or an account with a token."""

    name: str = ""
    token: str = ""

    def lines(self, number: int) -> list[bytes]:
        """Return what is sent first."""
        name = self.name or f"justinfan{1000 + number % 80000}"
        secret = [f"PASS oauth:{self.token}".encode()] if self.token else []
        return [b"CAP REQ :twitch.tv/tags twitch.tv/commands", *secret, f"NICK {name}".encode()]


class ChatConnection:
    """A connection while it lives. `rooms` are those that it has been told to join, by login."""

    def __init__(
        self,
        name: str,
        address: str,
        login: Login,
        spool: Spool,
        on_line: Callable[["ChatConnection", Line], None],
    ) -> None:
        """Take its name, the chat's address, who reads, and who is told of lines about the rooms' state."""
        self.name, self._address, self._login = name, address, login
        self._spool, self._on_line = spool, on_line
        self.rooms: set[str] = set()
        self.heard_at = 0.0  # when something came last, epoch seconds
        self._to_join: deque[str] = deque()
        self._has_work, self._is_in, self._ponged = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None

    @property
    def waiting_seconds(self) -> float:
        """How long the rooms that wait to be joined take."""
        return len(self._to_join) * JOIN_PACE_SECONDS + (0 if self._is_in.is_set() else LOGIN_SECONDS)

    def join(self, room: str) -> None:
        """Join a room as soon as the pace allows; a second time asks again."""
        self.rooms.add(room)
        self._to_join.append(room)
        self._has_work.set()

    def leave(self, room: str) -> None:
        """Leave a room."""
        self.rooms.discard(room)
        with suppress(ValueError):
            self._to_join.remove(room)
        if self._writer:
            self._send(f"PART #{room}".encode())

    async def run(self) -> str:
        """Read until the connection ends; return why. What is raised is the caller's fault or ours."""
        reason = "closed"
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, self._writer = await _opened(self._address)
        except (OSError, TimeoutError) as error:
            return f"not reached: {_said(error)}"
        self._spool.append(self.name, OPENED)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_alive())
                tasks.create_task(self._join_in_turn())
                tasks.create_task(self._read(reader))
        except* ChatClosed as closed:
            reason = str(closed.exceptions[0])
        except* OSError as error:
            reason = f"lost: {_said(error.exceptions[0])}"
        finally:
            self._spool.append(self.name, CLOSED, reason.encode())
            self._writer.close()
        return reason

    def close(self) -> None:
        """End the connection from this side."""
        if self._writer:
            self._writer.close()

    def _send(self, line: bytes) -> None:
        assert self._writer is not None
        self._writer.write(line + b"\r\n")

    async def _read(self, reader: asyncio.StreamReader) -> None:
        rest, is_cut = b"", False
        while data := await reader.read(READ_BYTES):
            self.heard_at = time.time()
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self._take(line.rstrip(b"\r"), is_cut)
                is_cut = False
            if len(rest) > MOST_LINE_BYTES:
                if not is_cut:
                    self._spool.append(self.name, CUT, rest[:MOST_LINE_BYTES])
                rest, is_cut = b"", True
        raise ChatClosed("closed by the chat")

    def _take(self, line: bytes, is_cut: bool) -> None:
        if not line or is_cut:  # the end of a line that was cut
            return
        self._spool.append(self.name, LINE, line)
        if b" PRIVMSG " in line or TOLD.isdisjoint(line.split(b" ", 3)[:3]):
            return
        with suppress(BadLine):
            self._answer(parse_line(line))

    def _answer(self, line: Line) -> None:
        match line.command:
            case "PING":
                self._send(f"PONG :{line.text}".encode())
            case "PONG":
                self._ponged.set()
            case "376":
                self._is_in.set()
            case "CAP" if "NAK" in line.parameters:
                raise ChatClosed("the chat refuses tags")
            case "NOTICE" if not line.room and not self._is_in.is_set():
                raise ChatClosed(f"login refused: {line.text}")
            case _:
                self._on_line(self, line)

    async def _join_in_turn(self) -> None:
        for line in self._login.lines(abs(hash(self.name))):
            self._send(line)
        try:
            async with asyncio.timeout(LOGIN_SECONDS):
                await self._is_in.wait()
        except TimeoutError:
            raise ChatClosed("no answer to the login") from None
        while True:
            await self._has_work.wait()
            while self._to_join:
                self._send(f"JOIN #{self._to_join.popleft()}".encode())
                await asyncio.sleep(JOIN_PACE_SECONDS)
            self._has_work.clear()

    async def _keep_alive(self) -> None:
        for number in count():
            await asyncio.sleep(PING_SECONDS)
            self._ponged.clear()
            self._send(b"PING :airtime-%d" % number)
            try:
                async with asyncio.timeout(PONG_SECONDS):
                    await self._ponged.wait()
            except TimeoutError:
                raise ChatClosed("silent") from None


OnLine = Callable[[ChatConnection, Line], None]


async def _opened(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(address)
    secure = ssl.create_default_context() if parts.scheme == "ircs" else None
    return await asyncio.open_connection(
        parts.hostname, parts.port or SCHEMES[parts.scheme], ssl=secure, limit=READ_BYTES
    )


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
