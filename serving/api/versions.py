"""Keeps the published copy open for reading, and changes to the next one without a failed request."""

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import duckdb

from serving.catalogue import EVERYONE, PERIODS
from serving.literals import quoted
from serving.published import publication, unreadable
from serving.schema import Schema, schemas_of

LOG = logging.getLogger(__name__)
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": "1GB",
    "temp_directory": "",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
LOCKED = ("set enable_external_access = false", "set lock_configuration = true")
PLATFORMS = """
    select platform from published.marts.crawls
    union
    select platform from published.marts.rank_streamers
    order by platform
"""
PERIODS_SQL = """
    select
        platform, period, period_start, period_end,
        bool_and(is_closed) as is_closed, max(coverage) as coverage
    from published.marts.rank_streamers
    group by platform, period, period_start, period_end
"""
METRICS = """
    select kind, list_sort(list_distinct(list(metric)))
    from (
        select distinct kind, metric from published.meta.series where bucket = '1d'
        union all
        select distinct kind, null from published.marts.tracked_items
    )
    group by kind
    order by kind
"""
TRACKED_STARTS = """
    select distinct period, kind, period_start from published.marts.rank_tracked
    order by period, kind, period_start desc
"""

NEWEST_READINGS = """
    select kind, max(last_asked_at)
    from published.marts.tracked_items
    where last_asked_at is not null
    group by kind
"""


class Period(NamedTuple):
    """A period of one platform; `period_end` is the first day after it."""

    platform: str
    period: str
    period_start: date
    period_end: date
    is_closed: bool
    coverage: float | None


class NotPublished(Exception):
    """There is nothing to read yet, or what is there cannot be read; the message says what to do."""


class Version:
    """One published copy, open for reading: a connection with a cursor per request.

    The file is attached to a database in memory, because DuckDB takes a path that it has open already
    for the same file, which it no longer is after a publish.
    """

    def __init__(self, published: Path) -> None:
        """Open the copy.

        Raises:
            duckdb.Error: it is no published copy, or cannot be read.
        """
        self.readers = 0
        self.is_current = True
        self._idle: deque[duckdb.DuckDBPyConnection] = deque()
        self._connection = duckdb.connect(config=CONFIG)
        try:
            self._connection.execute(f"attach {quoted(published)} as published (read_only)")
            for statement in LOCKED:
                self._connection.execute(statement)
            self._connection.execute("use published")
            found = publication(self._connection)
        except duckdb.Error:
            self._connection.close()
            raise
        self.publication = found
        self.name = found.version

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a cursor that no other thread has."""
        try:
            cursor = self._idle.pop()
        except IndexError:
            cursor = self._connection.cursor()
        yield cursor
        self._idle.append(cursor)

    @cached_property
    def platforms(self) -> list[str]:
        """The platforms that were crawled or imported, in alphabetical order."""
        with self.cursor() as cursor:
            return [platform for (platform,) in cursor.execute(PLATFORMS).fetchall()]

    @cached_property
    def newest_readings(self) -> dict[str, datetime]:
        """The newest answer about each kind of tracked item; of a copy without such marts, none."""
        if "tracked_items" not in self.schemas:
            return {}
        with self.cursor() as cursor:
            return dict(cursor.execute(NEWEST_READINGS).fetchall())

    @cached_property
    def genres(self) -> list[str]:
        """The genres in which follower growth is ranked, everyone's among them."""
        with self.cursor() as cursor:
            rows = cursor.execute("select distinct genre from published.marts.rank_follower_growth")
            return sorted({EVERYONE, *(genre for (genre,) in rows.fetchall())})

    @cached_property
    def periods(self) -> dict[str, dict[str, list[Period]]]:
        """The periods with rankings: kind of period -> platform -> periods, the newest first."""
        found: dict[str, dict[str, list[Period]]] = {period: {} for period in PERIODS}
        with self.cursor() as cursor:
            rows = cursor.execute(f"{PERIODS_SQL} order by platform, period, period_start desc").fetchall()
        for row in rows:
            found.setdefault(row[1], {}).setdefault(row[0], []).append(Period(*row))
        return found

    @cached_property
    def metrics(self) -> dict[str, list[str]]:
        """The metrics that are tracked: kind -> metrics that have a known reading, in alphabetical order."""
        with self.cursor() as cursor:
            return dict(cursor.execute(METRICS).fetchall())

    @cached_property
    def tracked_starts(self) -> dict[str, dict[str, list[date]]]:
        """The periods in which items are ranked by growth: kind of period -> kind -> starts, newest first."""
        found: dict[str, dict[str, list[date]]] = {}
        with self.cursor() as cursor:
            for period, kind, start in cursor.execute(TRACKED_STARTS).fetchall():
                found.setdefault(period, {}).setdefault(kind, []).append(start)
        return found

    @cached_property
    def schemas(self) -> dict[str, Schema]:
        """What each mart's columns are: mart -> schema."""
        with self.cursor() as cursor:
            return schemas_of(cursor)

    def close(self) -> None:
        """Close the copy."""
        self._connection.close()


class Versions:
    """The published copies that are open: the newest, and older ones while somebody reads them.

    Used by one thread, the event loop's; only a `Version` is lent to others.
    """

    def __init__(self, published: Path) -> None:
        self._published = published
        self._current: Version | None = None
        self._seen: tuple[int, ...] | None = None
        self._fault = ""

    @contextmanager
    def newest(self) -> Iterator[Version]:
        """Lend the newest version; it stays open until it is given back.

        Raises:
            NotPublished: nothing was ever published, or it cannot be read.
        """
        self._look()
        version = self._current
        if version is None:
            raise NotPublished(self._fault)
        version.readers += 1
        try:
            yield version
        finally:
            version.readers -= 1
            self._close_if_done(version)

    def close(self) -> None:
        """Close the newest version, now or when its last reader is done."""
        if self._current:
            self._retire(self._current)
        self._current = self._seen = None

    def _look(self) -> None:
        try:
            found = self._published.stat()
        except OSError:
            self._seen = None
            self._fault = (
                f"nothing is published yet: {self._published} is not there; run `make demo`, `make run` "
                "or `make import` first"
            )
            return
        identity = (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)
        if identity != self._seen:
            self._seen = identity
            self._open()

    def _open(self) -> None:
        try:
            opened = Version(self._published)
        except duckdb.Error as error:
            self._fault = unreadable(self._published, error)
            LOG.warning("%s", self._fault)
            return
        if self._current:
            self._retire(self._current)
        self._current = opened

    def _retire(self, version: Version) -> None:
        version.is_current = False
        self._close_if_done(version)

    def _close_if_done(self, version: Version) -> None:
        if not version.is_current and version.readers == 0:
            version.close()
