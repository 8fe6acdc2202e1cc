"""Runs a program in a process of its own and measures its seconds and the memory of all its processes."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

SAMPLE_SECONDS = 0.1
# Memory that is shared is told apart only at new heights: the kernel walks every page for it, which holds up
# the process that is measured.
NEW_HEIGHT = 1.01
SHOWN = 3000


@dataclass(frozen=True)
class Measured:
    """A run that ended well: wall-clock seconds, and the most memory (bytes) at one sampled instant."""

    seconds: float
    peak: int


class TooSlow(Exception):
    """The program was ended at its limit."""


class Failed(Exception):
    """The program ended with an error; the message is the end of what it said."""


def measured(
    command: Sequence[str | Path],
    *,
    limit: float | None = None,
    environment: dict[str, str] | None = None,
    folder: Path | None = None,
) -> Measured:
    """Run `command` to its end, at most `limit` seconds, and return what it took.

    Memory is what the process and its descendants hold in RAM, looked at ten times a second, to 1 %; what
    several of them share counts once.

    Raises:
        TooSlow: it was still running after `limit` seconds; it and its descendants are gone.
        Failed: it ended with an exit code other than 0.
    """
    began, highest, peak = time.perf_counter(), 0, 0
    with tempfile.TemporaryFile("w+") as said:
        with _started(command, env=environment, cwd=folder, stdout=said, stderr=said) as process:
            while process.poll() is None:
                resident = _memory(process.pid, _resident)
                if resident > highest * NEW_HEIGHT:
                    highest, peak = resident, max(peak, _memory(process.pid, _shared_once))
                if limit is not None and time.perf_counter() - began > limit:
                    raise TooSlow
                with suppress(subprocess.TimeoutExpired):
                    process.wait(SAMPLE_SECONDS)
            seconds = time.perf_counter() - began
        if process.returncode:
            said.seek(0)
            raise Failed(said.read()[-SHOWN:])
    return Measured(seconds, peak)


def _family(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def _resident(process: psutil.Process) -> int:
    """Return the bytes in RAM, what is shared counted for each process."""
    return process.memory_info().rss


def _shared_once(process: psutil.Process) -> int:
    """Return the bytes in RAM, of what is shared this process's part."""
    return process.memory_full_info().pss


def _memory(pid: int, memory_of: Callable[[psutil.Process], int]) -> int:
    """Return the bytes of a process and its descendants."""
    total = 0
    for process in _family(pid):
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            total += memory_of(process)
    return total


@contextmanager
def _started(command: Sequence[str | Path], **options: Any) -> Iterator[subprocess.Popen]:
    """Yield the running command; whatever it has left running is ended after the block."""
    with subprocess.Popen(command, start_new_session=True, **options) as process:
        try:
            yield process
        finally:
            for member in _family(process.pid):
                with suppress(psutil.NoSuchProcess):
                    member.kill()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
