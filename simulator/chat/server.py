"""Serves chat on loopback: who joins a room that there is hears what is said in it, from then on."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

HOST = "tmi.twitch.tv"
WELCOME = ("001 {} :Hello", f"002 {{}} :This is {HOST}", "003 {} :-", "004 {} :-", "375 {} :-", "376 {} :>")
MOST_LINE_BYTES = 2**16


@dataclass
class Defects:
    """What goes wrong: rooms that answer no JOIN so often, suspended rooms, no tags, no answer to PING."""

    deaf: dict[str, int] = field(default_factory=dict)
    suspended: set[str] = field(default_factory=set)
    refuses_tags: bool = False
    refuses_login: bool = False
    is_silent: bool = False


class Hearer:
    """One connection, and what was delivered to it."""

    def __init__(self, number: int, writer: asyncio.StreamWriter) -> None:
        """Take its number and where to write."""
        self.number, self.writer = number, writer
        self.nick = "*"
        self.rooms: set[str] = set()
        self.delivered: list[bytes] = []
        self.sent: list[str] = []

    def deliver(self, line: bytes) -> None:
        """Write a line, and remember it."""
        self.delivered.append(line)
        self.writer.write(line + b"\r\n")


class Chat:
    """The rooms, by login with their ids, and who hears them. Its methods may be called from any thread."""

    def __init__(self, rooms: Mapping[str, str], defects: Defects, loop: asyncio.AbstractEventLoop) -> None:
        """Take the rooms, what goes wrong, and the loop that serves."""
        self.rooms, self.defects = dict(rooms), defects
        self.hearers: list[Hearer] = []
        self.joins: list[tuple[float, int, str]] = []
        self.port = 0
        self._loop = loop

    @property
    def address(self) -> str:
        """Where it is read."""
        return f"irc://127.0.0.1:{self.port}"

    def say(self, room: str, line: bytes) -> None:
        """Deliver a line to everybody in a room."""
        self._for_each(lambda one: one.deliver(line) if room in one.rooms else None)

    def tell(self, line: bytes) -> None:
        """Deliver a line to every connection."""
        self._for_each(lambda one: one.deliver(line))

    def write(self, data: bytes) -> None:
        """Write bytes to every connection, whole lines or not."""
        self._for_each(lambda one: one.writer.write(data))

    def drop(self) -> None:
        """Close every connection without a word."""
        self._for_each(lambda one: one.writer.transport.abort())

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it is closed."""
        hearer = Hearer(len(self.hearers), writer)
        self.hearers.append(hearer)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while line := await reader.readline():
                self._answer(hearer, line.decode().rstrip("\r\n"))
        hearer.rooms.clear()
        writer.close()

    def _for_each(self, work: Callable[[Hearer], None]) -> None:
        """Do something with every connection in the thread that serves, and wait until it is done."""
        done = threading.Event()

        def begin() -> None:
            for hearer in self.hearers:
                if not hearer.writer.is_closing():
                    work(hearer)
            done.set()

        self._loop.call_soon_threadsafe(begin)
        done.wait()

    def _answer(self, hearer: Hearer, line: str) -> None:
        hearer.sent.append(line)
        command, _, rest = line.partition(" ")
        if command == "CAP":
            verdict = "NAK" if self.defects.refuses_tags else "ACK"
            hearer.deliver(f":{HOST} CAP * {verdict} :{rest.partition(':')[2]}".encode())
        elif command == "NICK" and self.defects.refuses_login:
            hearer.deliver(f":{HOST} NOTICE * :Login authentication failed".encode())
        elif command == "NICK":
            hearer.nick = rest
            for one in WELCOME:
                hearer.deliver(f":{HOST} {one.format(rest)}".encode())
        elif command == "PING" and not self.defects.is_silent:
            hearer.deliver(f":{HOST} PONG {HOST} {rest}".encode())
        elif command == "JOIN":
            for room in rest.split(","):
                self._join(hearer, room.removeprefix("#"))
        elif command == "PART":
            hearer.rooms.discard(rest.removeprefix("#"))

    def _join(self, hearer: Hearer, room: str) -> None:
        self.joins.append((time.monotonic(), hearer.number, room))
        if room in self.defects.suspended:
            said = "This channel does not exist or has been suspended."
            hearer.deliver(f"@msg-id=msg_channel_suspended :{HOST} NOTICE #{room} :{said}".encode())
        elif self.defects.deaf.get(room, 0) > 0:
            self.defects.deaf[room] -= 1
        elif room in self.rooms:
            who = f"{hearer.nick}!{hearer.nick}@{hearer.nick}.{HOST}"
            hearer.deliver(f":{who} JOIN #{room}".encode())
            hearer.deliver(f":{hearer.nick}.{HOST} 366 {hearer.nick} #{room} :End of /NAMES list".encode())
            state = "emote-only=0;followers-only=-1;r9k=0;slow=0;subs-only=0"
            hearer.deliver(f"@{state};room-id={self.rooms[room]} :{HOST} ROOMSTATE #{room}".encode())
            hearer.rooms.add(room)


@contextmanager
def serve_chat(rooms: Mapping[str, str], defects: Defects | None = None, port: int = 0) -> Iterator[Chat]:
    """Serve chat from a thread of its own until the block ends."""
    loop = asyncio.new_event_loop()
    chat = Chat(rooms, defects or Defects(), loop)
    thread = threading.Thread(target=loop.run_forever, name="chat", daemon=True)
    thread.start()
    started = asyncio.start_server(chat.hear, "127.0.0.1", port, limit=MOST_LINE_BYTES)
    server = asyncio.run_coroutine_threadsafe(started, loop).result()
    chat.port = server.sockets[0].getsockname()[1]
    try:
        yield chat
    finally:
        loop.call_soon_threadsafe(server.close)
        with suppress(RuntimeError):
            chat.drop()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
