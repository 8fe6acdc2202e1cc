"""Measures a listener in many rooms: lines lost, from socket to disk, memory and processor.

Run: python -m benchmarks.chat [--rate 5000] [--rooms 500] [--seconds 600]. A speaker in a process of its own
says lines on loopback; each bears the moment at which it was sent. A reader follows the spool and takes the
time at which a line can be read there: that is later than it was on the disk, never earlier.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import click
import psutil
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.table import Table

from benchmarks.chat.speaker import rooms as rooms_of
from benchmarks.console import console
from ingestion.listen.spool import LINE, segments

LOST, LATE_SECONDS, MEGABYTES, CORES = 0, 1.2, 250, 0.7
LOOK_SECONDS = 0.05
EVERY = 50  # of so many lines one is looked at


@click.command()
@click.option("--rate", default=5000, show_default=True, help="Lines a second, over all rooms.")
@click.option("--rooms", default=500, show_default=True, type=click.IntRange(1, 2000))
@click.option("--seconds", default=600.0, show_default=True)
def main(rate: int, rooms: int, seconds: float) -> None:
    """Let the speaker speak, and see what of it arrives, when, and at what cost."""
    with tempfile.TemporaryDirectory() as folder:
        table = measure(Path(folder), rate, rooms, seconds)
    console().print(table)


def measure(home: Path, rate: int, rooms: int, seconds: float) -> Table:
    """Return the table of one run."""
    speaker = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.chat.speaker", str(rooms), str(rate), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert speaker.stdout
    address = f"irc://127.0.0.1:{speaker.stdout.readline().strip()}"
    listed = "".join(f"twitch,{login},\n" for login in rooms_of(rooms))
    (home / "watch.csv").write_text(f"platform,streamer,since\n{listed}")
    listener = subprocess.Popen(
        [sys.executable, "-m", "ingestion", "listen"],
        env={**os.environ, "AIRTIME_HOME": str(home), "AIRTIME_CHAT_URL": address, "TWITCH_CLIENT_ID": ""},
        stdout=subprocess.DEVNULL,
    )
    speaker.stdout.readline()
    watched = Watched(home / "spool" / "chat", psutil.Process(listener.pid))
    watched.start()
    sent = int(speaker.stdout.readline())
    speaker.wait()
    watched.is_over.set()
    watched.join()
    listener.send_signal(signal.SIGTERM)
    listener.wait()
    return _table(sent, landed(home), watched)


def landed(home: Path) -> int:
    """Return how many different lines of the speaker's have landed."""
    ids: set[bytes] = set()
    for file in (home / "landing" / "chat").rglob("*.parquet"):
        records = pq.read_table(file, columns=["kind", "payload"], partitioning=None)
        lines = records.filter(pc.equal(records["kind"], LINE))["payload"].to_pylist()
        ids.update(line[4 : line.index(b";")] for line in lines if line.startswith(b"@id="))
    return len(ids)


class Watched(threading.Thread):
    """Follows the spool of a listener, its memory (bytes) and its processor time (seconds)."""

    def __init__(self, folder: Path, process: psutil.Process) -> None:
        super().__init__()
        self._folder, self._process = folder, process
        self._read: dict[Path, int] = {}
        self.is_over = threading.Event()
        self.late: list[float] = []
        self.peak, self.cores = 0, 0.0

    def run(self) -> None:
        """Look until it is over."""
        began, before = time.monotonic(), self._busy()
        while not self.is_over.wait(LOOK_SECONDS):
            now = time.time()
            for segment in segments(self._folder):
                self.late += [now - at for at in self._sent(segment)]
            self.peak = max(self.peak, self._process.memory_info().rss)
        self.cores = (self._busy() - before) / (time.monotonic() - began)

    def _busy(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def _sent(self, segment: Path) -> list[float]:
        """Return when some of the lines were sent that have come since the last look."""
        try:
            with segment.open("rb") as file:
                file.seek(self._read.get(segment, 0))
                new = file.read()
        except FileNotFoundError:  # it has landed
            return []
        whole = new.rpartition(b"\n")[0]
        self._read[segment] = self._read.get(segment, 0) + len(whole) + bool(whole)
        marks = [line.partition(b"tmi-sent-ts=")[2] for line in whole.split(b"\n")[::EVERY]]
        return [int(mark.partition(b" ")[0]) / 1e6 for mark in marks if mark]


def _table(sent: int, found: int, watched: Watched) -> Table:
    late = sorted(watched.late)
    rows = (
        ("lines sent and not landed", f"{LOST}", f"{sent - found:,} of {sent:,}"),
        ("p99 from sent to disk", f"{LATE_SECONDS} s", f"{late[int(len(late) * 0.99)]:.2f} s"),
        ("memory", f"{MEGABYTES} MB", f"{watched.peak / 1e6:,.0f} MB"),
        ("cores", f"{CORES}", f"{watched.cores:.2f}"),
    )
    table = Table("", "limit", "found")
    for row in rows:
        table.add_row(*row)
    return table


if __name__ == "__main__":
    main()
