"""Lets one crawl run at a time in one `AIRTIME_HOME`."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ingestion.clock import Now
from ingestion.exits import Busy
from ingestion.processes import began_at

# How far two processes may be apart in when they think that a third began.
CLOCK_SECONDS = 5


class CrawlRunning(Busy):
    """Another crawl holds the lock; the message says which process, and since when."""


@contextmanager
def one_crawl_at_a_time(lock: Path, now: Now, what: str = "a crawl") -> Iterator[None]:
    """Hold the file `lock` for the time of `what`; a killed process lets go of it.

    Raises:
        CrawlRunning: another crawl holds it.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        held = FileLock(lock).acquire(blocking=False)
    except Timeout:
        raise CrawlRunning(
            f"{what} is running already ({_holder(lock)}; lock {lock}): wait for it to end, or stop it"
        ) from None
    with held:
        process = {"pid": os.getpid(), "began": began_at(os.getpid())}
        lock.write_text(json.dumps({**process, "since": f"{now():%Y-%m-%d %H:%M:%S} UTC"}))
        try:
            yield
        finally:
            lock.write_text("")


def is_crawling(lock: Path) -> bool:
    """Say whether a crawl holds the file `lock`, without touching it; a killed crawl does not."""
    try:
        holder = json.loads(lock.read_text())
        began = began_at(holder["pid"])
        # another process may have been given the number of one that was killed
        return began is not None and abs(began - holder["began"]) < CLOCK_SECONDS
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _holder(lock: Path) -> str:
    try:
        holder = json.loads(lock.read_text())
        return f"process {holder['pid']}, since {holder['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "it has just started"
