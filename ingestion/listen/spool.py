"""Keeps what was received on the disk, line by line in the order of arrival, until it is landed.

A record is `<received, microseconds since 1970> <connection> <kind> <payload>`, ended by a line feed. A
segment, the file of one minute, has the name of the second in which it was begun: under that name it lands.
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from ingestion.disk import fsync
from ingestion.exits import full_disk, is_full
from ingestion.landing.files import FILE_STEM

# what is received and not yet written while a disk is full
MOST_HELD_BYTES = 64 * 2**20
SUFFIX = ".lines"
ALL = "*"
LINE, OPENED, CLOSED, JOINED, LEFT, ALIVE, DROPPED, CUT = (
    "line", "opened", "closed", "joined", "left", "alive", "dropped", "cut",
)  # fmt: skip


class Record(NamedTuple):
    """What was received: when (naive UTC), on which connection, what it is, and its bytes."""

    received_at: datetime
    connection: str
    kind: str
    payload: bytes


class Spool:
    """The segment that is being written, and what waits in memory for it."""

    def __init__(
        self, folder: Path, is_taken: Callable[[datetime], bool], clock: Callable[[], float] = time.time
    ) -> None:
        """Take the folder of the segments, who knows the seconds that are taken, and the clock."""
        self._folder, self._is_taken, self._clock = folder, is_taken, clock
        self._held: list[bytes] = []
        self._bytes = self._lost = 0
        self._file: int | None = None
        self.segment: Path | None = None
        self.lines = self.dropped = 0
        self.problem = ""

    def append(self, connection: str, kind: str, payload: bytes = b"") -> None:
        """Take in a record, stamped with the present; `write` brings it to the disk.

        Where the disk has refused for so long that MOST_HELD_BYTES wait, it is counted and dropped.
        """
        record = b"%d %s %s %s\n" % (self._clock() * 1_000_000, connection.encode(), kind.encode(), payload)
        self.lines += kind == LINE
        if self._bytes + len(record) > MOST_HELD_BYTES:
            self._lost += 1
            self.dropped += 1
            return
        self._held.append(record)
        self._bytes += len(record)

    def write(self) -> None:
        """Write what waits; where the disk refuses, keep it and say why in `problem`."""
        if not self._held and not self._lost:
            return
        try:
            if self._file is None:
                self._begin()
            data = b"".join(self._held)
            self._write_whole(data)
        except OSError as error:
            self.problem = full_disk(self._folder) if is_full(error) else f"{self._folder}: {error.strerror}"
            return
        self._held.clear()
        self._bytes, self.problem, lost, self._lost = 0, "", self._lost, 0
        if lost:
            self.append(ALL, DROPPED, b"%d" % lost)

    def end_segment(self) -> Path | None:
        """Write what waits, end the segment that is written; return it, None where there is none."""
        self.write()
        ended, self.segment = self.segment, None
        if self._file is not None:
            os.close(self._file)
            self._file = None
        return ended

    def sync(self) -> None:
        """Have the disk keep what was written."""
        if self.segment is not None:
            fsync(self.segment)

    def _begin(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        second = datetime.fromtimestamp(int(self._clock()), UTC).replace(tzinfo=None)
        while self._is_taken(second) or (self._folder / f"{second:{FILE_STEM}}{SUFFIX}").exists():
            second += timedelta(seconds=1)
        self.segment = self._folder / f"{second:{FILE_STEM}}{SUFFIX}"
        self._file = os.open(self.segment, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)

    def _write_whole(self, data: bytes) -> None:
        """Write all of it, or nothing: half of it would come twice with the next attempt."""
        assert self._file is not None
        size = os.fstat(self._file).st_size
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError:
            os.ftruncate(self._file, size)
            raise


def segments(folder: Path) -> list[Path]:
    """Return the segments in a folder, oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def begun_at(segment: Path) -> datetime:
    """Return the second in which a segment was begun, naive UTC."""
    return datetime.strptime(segment.name.removesuffix(SUFFIX), FILE_STEM)


def read_segment(segment: Path) -> Iterator[Record]:
    """Yield a segment's records; the last one is left out where a kill has torn it."""
    with segment.open("rb") as file:
        for row in file:
            if row.endswith(b"\n"):
                received, connection, kind, payload = row[:-1].split(b" ", 3)
                at = datetime(1970, 1, 1) + timedelta(microseconds=int(received))
                yield Record(at, connection.decode(), kind.decode(), payload)
