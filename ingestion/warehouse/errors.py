"""Says in one sentence why the warehouse cannot be opened or written."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from ingestion.exits import NO_SPACE, Busy, Stopped, full_disk, is_full

WAREHOUSE = "warehouse.duckdb"
LOCKED = "lock on file"
LOCK_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>.*?) \(PID (?P<pid>\d+)\)")
DAMAGED = re.compile(
    r"not a valid DuckDB database|Corrupt (database|WAL) file|Failure while replaying WAL"
    r"|Could not read enough bytes from file \"[^\"]*\.duckdb"
)

# all that SQLite, in which Dagster writes down its runs, says of a disk on which its files cannot grow
SQLITE_REFUSED = re.compile(r"disk I/O error|unable to open database file")


class WarehouseBusy(Busy):
    """Another process holds `warehouse.duckdb`; what has landed waits for the next load."""


class WarehouseFailed(Stopped):
    """A load could not be finished; the message says why, and the landed files are still there."""


class DamagedWarehouse(WarehouseFailed):
    """What is in `warehouse.duckdb`, or in its WAL, cannot be read; the message says what to do."""


@contextmanager
def opened(
    warehouse: Path, wait_seconds: float, *, read_only: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse as soon as nobody else holds it.

    Raises:
        WarehouseBusy: somebody still held it after `wait_seconds`.
        DamagedWarehouse: it cannot be read.
        WarehouseFailed: it cannot be opened at all.
    """
    try:
        connection = until_free(wait_seconds)(duckdb.connect, warehouse, read_only=read_only)
    except duckdb.Error as error:
        raise _cannot_open(warehouse, error) from error
    with connection:
        yield connection


@contextmanager
def full_disk_said(home: Path) -> Iterator[None]:
    """Translate whatever says that the disk of `home` is full into WarehouseFailed, and nothing else."""
    try:
        yield
    except Exception as error:
        causes = list(causes_of(error))
        if any(is_full(cause) for cause in causes):
            told = full_disk(home)
        elif refused := next(filter(None, (SQLITE_REFUSED.search(str(cause)) for cause in causes)), None):
            told = f"the disk of {home} is full or fails ({refused[0]}); make room and run this again"
        else:
            raise
        raise WarehouseFailed(f"{told}, nothing landed is lost") from error


def damage_in(error: str) -> str:
    """Return what damage of a file DuckDB met, in its words, or nothing if it met another problem."""
    # a disk that is full is no damage, though a WAL that cannot be replayed there says both
    found = None if NO_SPACE.search(error) else DAMAGED.search(error)
    return found[0].partition(" from file")[0] if found else ""


def damage_of(warehouse: Path, error: str) -> str:
    """Return a sentence that says what to do if it is damage of the warehouse that DuckDB met, or nothing."""
    if not (damage := damage_in(error)):
        return ""
    return (
        f"{warehouse} cannot be read ({damage}): "
        "`python -m orchestration rebuild` (make rebuild) sets it aside and makes it again from all that "
        "has landed; what is in it alone (names, games, dumps of users and games, crawls dropped from "
        "landing) is missing until it is fetched or imported again"
    )


def _cannot_open(warehouse: Path, error: duckdb.Error) -> Exception:
    holder = LOCK_HOLDER.search(str(error))
    if holder:
        return WarehouseBusy(
            f"{warehouse} is in use by process {holder['pid']} ({holder['program']}): "
            "close it and run the load again; nothing landed is lost"
        )
    if is_full(error):
        return error
    if damage := damage_of(warehouse, str(error)):
        return DamagedWarehouse(damage)
    return WarehouseFailed(f"{warehouse} cannot be opened: {first_line(error)}")


def until_free(wait_seconds: float) -> Retrying:
    """Return what calls again while another process holds the warehouse, for at most these seconds."""
    return Retrying(
        retry=retry_if_exception(is_held),
        stop=stop_after_delay(wait_seconds),
        wait=wait_random(0.1, 0.5),
        reraise=True,
    )


def is_held(error: BaseException) -> bool:
    """Whether DuckDB says that another process holds the file, by name or already gone again."""
    return isinstance(error, duckdb.IOException) and LOCKED in str(error)


def causes_of(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came from, the first last."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def first_line(error: BaseException) -> str:
    """Return what an error says first, without its full stop."""
    return str(error).strip().partition("\n")[0].rstrip(".")
