"""Runs a listener in this process for as long as a test wants."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.clock import utc_now
from ingestion.listen.listening import Listener
from ingestion.settings import Settings
from simulator.chat.server import Chat

PATIENCE_SECONDS = 60


def home(tmp_path: Path, chat: Chat, *watched: str) -> Settings:
    """Return the settings of a home that watches these channels, and asks nobody for their ids."""
    rows = "".join(f"twitch,{one},\n" for one in watched)
    (tmp_path / "watch.csv").write_text(f"platform,streamer,since\n{rows}")
    return Settings(_env_file=None, AIRTIME_HOME=tmp_path, AIRTIME_CHAT_URL=chat.address, TWITCH_CLIENT_ID="")


@contextmanager
def listening(settings: Settings) -> Iterator[Listener]:
    """Listen until the block ends."""
    listener = Listener(settings, utc_now)
    loop = asyncio.new_event_loop()
    task = loop.create_task(listener.run())

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield listener
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
        loop.close()
    assert task.cancelled() or task.exception() is None


def until(is_so: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be so"
        time.sleep(0.02)


def until_joined(listener: Listener, rooms: int) -> None:
    """Wait until so many rooms are joined."""
    until(lambda: listener.health().joined == rooms)


def landed(settings: Settings) -> pa.Table:
    """Return every landed record, in order of files and rows."""
    files = sorted((settings.landing / "chat").rglob("*.parquet"))
    return pa.concat_tables(pq.read_table(file, partitioning=None) for file in files)


def lines_of(settings: Settings) -> list[list[bytes]]:
    """Return the lines that landed, by connection, in order of the connections' numbers."""
    lines: dict[str, list[bytes]] = {}
    for row in landed(settings).to_pylist():
        if row["kind"] == "line":
            lines.setdefault(row["connection"], []).append(row["payload"])
    return [lines[name] for name in sorted(lines, key=lambda one: int(one.rpartition(".")[2]))]


def stays_of(settings: Settings) -> list[tuple[str, bytes]]:
    """Return what was noted of stays, in order: kind and payload."""
    return [
        (row["kind"], row["payload"])
        for row in landed(settings).to_pylist()
        if row["kind"] in ("joined", "left")
    ]
