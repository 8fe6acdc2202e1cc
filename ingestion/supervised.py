"""Runs a server with all the processes that it starts, and leaves none of them behind.

Used as `python -m ingestion.supervised COMMAND..`, in the place of a process that only started it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

TOLD_TO_END = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
# Of the ten that a service manager or an impatient user grants.
SECONDS_TO_END = 7


def become(command: Sequence[str | Path]) -> None:
    """Run `command` in the place of this process until it ends or is told to; then end, and never return."""
    arguments = [sys.executable, "-m", __name__, *map(str, command)]
    os.execv(sys.executable, arguments)


def supervise(command: Sequence[str], seconds: float = SECONDS_TO_END) -> int:
    """Run `command` until it ends, and return its exit code, or until this process is told to end: then 0.

    What is still there then, of all that it has started, is interrupted as by Ctrl-C and killed after
    `seconds`.
    """
    told_to_end = TOLD_TO_END - ({signal.SIGHUP} if _ignores_hangup() else set())
    waited_for = {*told_to_end, signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, waited_for)

    def as_from_a_terminal() -> None:
        for one in (signal.SIGINT, signal.SIGTERM):  # who started this may ignore them
            signal.signal(one, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, before - waited_for)

    with subprocess.Popen(command, start_new_session=True, preexec_fn=as_from_a_terminal) as server:
        while server.poll() is None and signal.sigwait(waited_for) not in told_to_end:
            pass
        code = server.poll()
        _end(server, time.monotonic() + seconds)
    return 0 if code is None else code


def _ignores_hangup() -> bool:
    """Tell whether this was started with `nohup`: what is waited for comes even where it is ignored."""
    return signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


def _end(server: subprocess.Popen[bytes], deadline: float) -> None:
    """End the group of processes that `server` leads."""
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGINT)
        while time.monotonic() < deadline:
            server.poll()  # one that has ended and is not asked about counts as there
            os.killpg(server.pid, 0)
            time.sleep(0.1)
        os.killpg(server.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(supervise(sys.argv[1:]))
