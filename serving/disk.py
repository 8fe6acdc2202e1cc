"""Writes that survive a crash, one process at a time, and say plainly what stopped them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from ingestion.exits import full_disk, is_full, refused_file
from serving.errors import DiskRefused, InUse

LOCK_SECONDS = 60


@contextmanager
def alone(target: Path) -> Iterator[None]:
    """Hold the lock beside `target`, whose folder is made, while it is renewed.

    Raises:
        InUse: another process is renewing it.
        DiskRefused: the disk refused what the block did.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(f".{target.name}.lock"), timeout=LOCK_SECONDS):
            yield
    except Timeout as error:
        raise InUse(f"{target} is being renewed by another process; try again when it has ended") from error
    except (duckdb.OperationalError, duckdb.FatalException, OSError) as error:
        raise DiskRefused(
            f"{target} could not be renewed and is as it was: {_plain(error, target.parent)}"
        ) from error


def _plain(error: Exception, folder: Path) -> str:
    if is_full(error):
        return full_disk(folder)
    return refused_file(error) if isinstance(error, OSError) else str(error).splitlines()[0]
