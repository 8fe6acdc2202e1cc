"""Listens: keeps watched rooms joined, writes what comes, lands each minute, and says how it fares."""

import asyncio
import json
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ingestion.client.application import RefusedCredentials
from ingestion.client.twitch import PLATFORM
from ingestion.clock import Now
from ingestion.crawl.lock import one_crawl_at_a_time
from ingestion.csv_list import BadList
from ingestion.landing.files import NotLanded
from ingestion.landing.store import has_landed
from ingestion.listen.connection import ChatConnection, Login, OnLine
from ingestion.listen.rooms import Rooms
from ingestion.listen.sealing import landed_name, seal_all
from ingestion.listen.spool import ALIVE, ALL, Spool
from ingestion.settings import Settings
from ingestion.watch.wanted import wanted_channels

WRITE_SECONDS, ALIVE_SECONDS, SEGMENT_SECONDS, LIST_SECONDS = 0.2, 1.0, 60.0, 30.0


@dataclass(frozen=True)
class ListenerHealth:
    """How a listener fares: rooms wanted and joined, lines in all and a second, lag in seconds, problems.

    The lag is how long what has come waits at most for the disk.
    """

    at: str
    rooms: int
    joined: int
    lines: int
    lines_a_second: float
    lag_seconds: float
    dropped: int
    problems: list[str]


class Listener:
    """A listener while it runs."""

    def __init__(
        self, settings: Settings, now: Now, on_health: Callable[[ListenerHealth], None] = lambda health: None
    ) -> None:
        """Take the settings, the clock (naive UTC) and who is told how it fares."""
        self._settings, self._now, self._on_health = settings, now, on_health
        self.folder = settings.root / "spool" / "chat"
        self._spool = Spool(self.folder, self._is_landed)
        self._login = Login(settings.chat_login, settings.chat_token.get_secret_value())
        self._rooms = Rooms(self._spool, self._connect, f"{now():%Y%m%dT%H%M%S}")
        self._faults: list[str] = []
        self._not_landed = ""
        self._written_at = time.monotonic()
        self._before = (time.monotonic(), 0)

    async def run(self) -> None:
        """Listen until cancelled; what has come is on the disk then, and lands."""
        await asyncio.to_thread(self._seal)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._rooms.run())
                tasks.create_task(self._follow_the_list())
                tasks.create_task(self._write())
                tasks.create_task(self._beat())
                tasks.create_task(self._land())
        finally:
            self._spool.end_segment()
            self._seal()
            health_file(self._settings).unlink(missing_ok=True)

    def _connect(self, name: str, on_line: OnLine) -> ChatConnection:
        return ChatConnection(name, self._settings.chat_url, self._login, self._spool, on_line)

    def _is_landed(self, second: datetime) -> bool:
        return has_landed(self._settings.landing / landed_name(PLATFORM, second))

    async def _follow_the_list(self) -> None:
        while True:
            try:
                wanted, self._faults = await asyncio.to_thread(wanted_channels, self._settings, self._now)
                self._rooms.want(wanted)
            except (BadList, RefusedCredentials, OSError) as error:
                self._faults = [str(error)]
            await asyncio.sleep(LIST_SECONDS)

    async def _write(self) -> None:
        while True:
            self._spool.write()
            if not self._spool.problem:
                self._written_at = time.monotonic()
            await asyncio.sleep(WRITE_SECONDS)

    async def _beat(self) -> None:
        while True:
            self._spool.append(ALL, ALIVE)
            with suppress(FileNotFoundError):
                await asyncio.to_thread(self._spool.sync)
            self._tell()
            await asyncio.sleep(ALIVE_SECONDS)

    async def _land(self) -> None:
        while True:
            await asyncio.sleep(SEGMENT_SECONDS - time.time() % SEGMENT_SECONDS)
            self._spool.end_segment()
            await asyncio.to_thread(self._seal)

    def _seal(self) -> None:
        try:
            seal_all(self.folder, self._settings.landing, PLATFORM, but=self._spool.segment)
            self._not_landed = ""
        except NotLanded as error:
            self._not_landed = f"{error}; it waits in {self.folder}"

    def health(self) -> ListenerHealth:
        """Return how the listener fares."""
        then, lines = self._before
        now = time.monotonic()
        self._before = now, self._spool.lines
        problems = [self._spool.problem, self._not_landed, self._rooms.problem, *self._faults]
        return ListenerHealth(
            at=self._now().isoformat(timespec="seconds"),
            rooms=len(self._rooms.rooms),
            joined=self._rooms.joined,
            lines=self._spool.lines,
            lines_a_second=round((self._spool.lines - lines) / max(now - then, 0.001), 1),
            lag_seconds=round(now - self._written_at, 3),
            dropped=self._spool.dropped,
            problems=[*filter(None, problems), *self._rooms.refused],
        )

    def _tell(self) -> None:
        health = self.health()
        self._on_health(health)
        with suppress(OSError):
            replace_text(health_file(self._settings), json.dumps(asdict(health)))


def listen(settings: Settings, now: Now, on_health: Callable[[ListenerHealth], None]) -> None:
    """Listen until interrupted; `on_health` is told about once a second how it fares.

    Raises:
        CrawlRunning: another listener runs in this AIRTIME_HOME.
    """
    with one_crawl_at_a_time(settings.root / "listen.lock", now, "a listener"):
        asyncio.run(_until_interrupted(Listener(settings, now, on_health)))


async def _until_interrupted(listener: Listener) -> None:
    task = asyncio.ensure_future(listener.run())
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def health_file(settings: Settings) -> Path:
    """Return where a listener says how it fares, each second; one that was killed leaves it behind."""
    return settings.root / "listen.json"


def replace_text(path: Path, text: str) -> None:
    """Replace a file that may be lost, but is never half there."""
    new = path.with_name(f".{path.name}.tmp")
    new.write_text(text)
    new.replace(path)
