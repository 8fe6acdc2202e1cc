"""Opens the published copy for one reader, or says why it cannot be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from ingestion.warehouse.errors import damage_in
from serving.errors import CannotServe, DiskRefused
from serving.literals import quoted

PUBLICATION = "select version, published_at, source_crawls from meta.publication"
FIGURES = """
    select
        (select count(*) from marts.streamers) as streamers,
        (select count(*) from marts.games) as games,
        (select count(*) from marts.sessions) as sessions,
        (select count(*) from marts.crawls) as crawls
"""


class Publication(NamedTuple):
    """What is published: its version, when it was (naive UTC), and platform -> newest complete crawl."""

    version: str
    published_at: datetime
    source_crawls: dict[str, datetime]


def open_published(published: Path) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection to the copy that is published now.

    The connection has a database instance of its own: one that is open already would be shared by path,
    and with it the copy that it has opened, however old.

    Raises:
        CannotServe: nothing has been published yet.
        DiskRefused: what is there cannot be read, or is no published copy.
    """
    if not published.exists():
        raise CannotServe(
            "Nothing has been published yet: run `make demo`, `make run` or `make import` first "
            f"({published} is not there)"
        )
    connection = duckdb.connect()
    try:
        connection.execute(f"attach {quoted(published)} as airtime (read_only)")
        connection.execute("use airtime")
        publication(connection)
    except duckdb.Error as error:
        connection.close()
        raise DiskRefused(unreadable(published, error)) from error
    return connection


@contextmanager
def reading(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the copy that is published now, and say so when its damage is met while it is read.

    Raises:
        CannotServe, DiskRefused: as `open_published`.
    """
    with open_published(published) as connection:
        try:
            yield connection
        except duckdb.IOException as error:
            if not damage_in(str(error)):
                raise
            raise DiskRefused(unreadable(published, error)) from error


def unreadable(published: Path, error: Exception) -> str:
    """Return what is said of a copy that cannot be read, and what to do."""
    reason = damage_in(str(error)) or str(error).splitlines()[0].rstrip(".")
    remedy = "`python -m serving publish` makes it again from the warehouse"
    return f"{published} cannot be read ({reason}): {remedy}"


def publication(connection: duckdb.DuckDBPyConnection) -> Publication:
    """Return what the current database says of itself.

    Raises:
        duckdb.Error: it is no published copy, or cannot be read.
    """
    [found] = connection.execute(PUBLICATION).fetchall()
    return Publication(*found)


def figures(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many streamers, games, sessions and crawls are published, by these names."""
    counted = connection.execute(FIGURES)
    names = [name for name, *_ in counted.description]
    [counts] = counted.fetchall()
    return dict(zip(names, counts, strict=True))
