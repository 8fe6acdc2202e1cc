"""Keeps every watched room joined on some connection, and notes each stay: a gap is never silence."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

from ingestion.listen.connection import ChatConnection, OnLine
from ingestion.listen.irc import Line
from ingestion.listen.spool import JOINED, LEFT, Spool

MOST_ROOMS = 90  # on one connection
STEP_SECONDS = 0.5
CONNECT_PACE_SECONDS, LONGEST_PAUSE_SECONDS = 2.0, 60.0
JOIN_SECONDS, MOST_ATTEMPTS = 10.0, 3
OVERLAP_SECONDS = 60.0
REFUSED_SECONDS, UNANSWERED_SECONDS = 3600.0, 600.0
REFUSALS = frozenset(
    ("msg_channel_suspended", "msg_banned", "msg_room_not_found", "msg_channel_blocked", "tos_ban")
)
WAITING, ASKED, IN, REFUSED = "waiting", "asked", "joined", "refused"

Connect = Callable[[str, OnLine], ChatConnection]


@dataclass
class Room:
    """A watched room: its login, the id it has to have (None: whatever it is), and how it stands.

    `again_at` is when it is asked for again, on a clock that only goes forward.
    """

    login: str
    room_id: str | None = None
    state: str = WAITING
    reason: str = ""
    attempts: int = 0
    again_at: float = 0.0
    connection: ChatConnection | None = None


class Rooms:
    """The rooms and the connections that they are on."""

    def __init__(self, spool: Spool, connect: Connect, name: str) -> None:
        """Take where stays are noted, who makes a connection, and what the connections' names begin with."""
        self._spool, self._connect, self._name = spool, connect, name
        self._numbers = count(1)
        self._connections: dict[ChatConnection, asyncio.Task[str]] = {}
        self._leaving: dict[ChatConnection, float] = {}
        self._stays: dict[tuple[ChatConnection, str], str] = {}
        self._connect_at, self._pause = 0.0, CONNECT_PACE_SECONDS
        self.rooms: dict[str, Room] = {}
        self.problem = ""

    @property
    def joined(self) -> int:
        """How many rooms are joined."""
        return sum(room.state == IN for room in self.rooms.values())

    @property
    def refused(self) -> list[str]:
        """A sentence for each room that cannot be joined now."""
        return [f"{room.login}: {room.reason}" for room in self.rooms.values() if room.state == REFUSED]

    def want(self, rooms: Mapping[str, str | None]) -> None:
        """Be in these rooms, logins with the ids they have to have, and in no others."""
        for login in self.rooms.keys() - rooms.keys():
            self._leave(self.rooms.pop(login), "no longer watched")
        for login, room_id in rooms.items():
            room = self.rooms.setdefault(login, Room(login, room_id))
            room.room_id = room_id or room.room_id

    async def run(self) -> None:
        """Connect, join and join again for as long as nobody cancels this."""
        try:
            while True:
                self._step(time.monotonic())
                await asyncio.sleep(STEP_SECONDS)
        finally:
            for connection, task in self._connections.items():
                is_left = connection in self._leaving
                self._note_end(connection, "replaced" if is_left else "the listener ends")
                task.cancel()
            await asyncio.gather(*self._connections.values(), return_exceptions=True)

    def _step(self, now: float) -> None:
        self._forget_ended(now)
        for connection, until in list(self._leaving.items()):
            moved = [room for room in self.rooms.values() if room.login in connection.rooms]
            if now >= until or all(room.state == IN for room in moved):
                connection.close()
        for room in self.rooms.values():
            if room.state == ASKED and now >= room.again_at:
                self._ask_again(room, now)
            elif room.state in (WAITING, REFUSED) and now >= room.again_at:
                self._assign(room, now)

    def _assign(self, room: Room, now: float) -> None:
        room.connection = room.connection or self._with_place(now)
        if room.connection:
            room.state, room.attempts, room.again_at = ASKED, 1, now + self._patience(room.connection)
            room.connection.join(room.login)

    def _patience(self, connection: ChatConnection) -> float:
        """Return how long an answer may take: those before it in the queue go first."""
        return JOIN_SECONDS + connection.waiting_seconds

    def _ask_again(self, room: Room, now: float) -> None:
        assert room.connection is not None
        if room.attempts == MOST_ATTEMPTS:
            self._refused(room, "no answer: renamed, deleted or suspended", now + UNANSWERED_SECONDS)
            return
        room.attempts, room.again_at = room.attempts + 1, now + self._patience(room.connection)
        room.connection.join(room.login)

    def _with_place(self, now: float) -> ChatConnection | None:
        for connection in self._connections:
            if len(connection.rooms) < MOST_ROOMS and connection not in self._leaving:
                return connection
        return self._new(now) if now >= self._connect_at else None

    def _new(self, now: float) -> ChatConnection:
        connection = self._connect(f"{self._name}.{next(self._numbers)}", self._on_line)
        self._connections[connection] = asyncio.create_task(connection.run())
        self._connect_at = now + self._pause
        return connection

    def _forget_ended(self, now: float) -> None:
        for connection, task in [one for one in self._connections.items() if one[1].done()]:
            del self._connections[connection]
            was_left = self._leaving.pop(connection, None) is not None
            reason = "replaced" if was_left else _reason(task)
            self.problem = "" if was_left else f"a connection ended: {reason}"
            had_joined = self._note_end(connection, reason)
            self._pause = CONNECT_PACE_SECONDS if had_joined else min(self._pause * 2, LONGEST_PAUSE_SECONDS)
            self._connect_at = max(self._connect_at, now + (0 if had_joined else self._pause))
            for room in self.rooms.values():
                if room.connection is connection:
                    room.connection, room.state, room.again_at = None, WAITING, now

    def _note_end(self, connection: ChatConnection, reason: str) -> bool:
        """Note the end of every stay on a connection, when something came last; return if there was one."""
        ended = [stay for stay in self._stays if stay[0] is connection]
        for stay in ended:
            self._note_left(stay, reason, connection.heard_at)
        return bool(ended)

    def _note_left(self, stay: tuple[ChatConnection, str], reason: str, until: float) -> None:
        room_id = self._stays.pop(stay)
        self._spool.append(stay[0].name, LEFT, f"{room_id} {stay[1]} {until:.6f} {reason}".encode())

    def _leave(self, room: Room, reason: str) -> None:
        if room.connection:
            room.connection.leave(room.login)
            if (room.connection, room.login) in self._stays:
                self._note_left((room.connection, room.login), reason, time.time())
            room.connection = None

    def _refused(self, room: Room, reason: str, again_at: float) -> None:
        self._leave(room, reason)
        room.state, room.reason, room.again_at = REFUSED, reason, again_at

    def _on_line(self, connection: ChatConnection, line: Line) -> None:
        if line.command == "RECONNECT":
            self._replace(connection)
        room = self.rooms.get(line.room)
        if room is None:
            return
        if line.command == "ROOMSTATE" and (room_id := line.tags.get("room-id")):
            self._entered(connection, room, room_id)
        elif line.command == "NOTICE" and (why := line.tags.get("msg-id")) in REFUSALS:
            self._refused(room, why, time.monotonic() + REFUSED_SECONDS)

    def _entered(self, connection: ChatConnection, room: Room, room_id: str) -> None:
        if room.room_id and room.room_id != room_id:
            why = f"the room {room.login} is another channel's now ({room_id})"
            self._refused(room, why, time.monotonic() + UNANSWERED_SECONDS)
        elif (connection, room.login) not in self._stays:
            room.room_id, room.state, room.reason = room_id, IN, ""
            self.problem = ""
            self._stays[connection, room.login] = room_id
            self._spool.append(connection.name, JOINED, f"{room_id} {room.login}".encode())

    def _replace(self, connection: ChatConnection) -> None:
        """Have another connection join the rooms before this one is closed; what comes twice has one id."""
        if connection in self._leaving or connection not in self._connections:
            return
        now = time.monotonic()
        self._leaving[connection] = now + OVERLAP_SECONDS
        for room in self.rooms.values():
            if room.connection is connection:
                room.connection, room.state, room.again_at = None, WAITING, now


def _reason(task: asyncio.Task[str]) -> str:
    """Return why a connection ended; what nobody foresaw ends the one connection alone."""
    error = task.exception()
    return f"error: {error!r}" if error else task.result()
