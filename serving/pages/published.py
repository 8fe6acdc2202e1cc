"""Opens the published copy for one reader, and says what is in it."""

from pathlib import Path
from typing import Any

import duckdb

from serving.errors import CannotServe
from serving.literals import quoted

FIGURES = """
    select
        (select count(*) from marts.streamers) as streamers,
        (select count(*) from marts.games) as games,
        (select count(*) from marts.sessions) as sessions,
        (select count(*) from marts.crawls) as crawls
"""


def open_published(published: Path) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection to the copy that is published now.

    The connection has a database instance of its own: one that is open already would be shared by path,
    and with it the copy that it has opened, however old.

    Raises:
        CannotServe: nothing has been published yet.
    """
    if not published.exists():
        raise CannotServe(
            f"Nothing has been published yet: run `make demo`, `make run` or `make import`, "
            f"then open this page again ({published} is not there)."
        )
    connection = duckdb.connect()
    connection.execute(f"attach {quoted(published)} as airtime (read_only)")
    connection.execute("use airtime")
    return connection


def publication(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return version, published_at, crawls (a list of platform and newest crawl) and figures (by name)."""
    version, published_at, crawls = connection.execute(
        "select version, published_at, source_crawls from meta.publication"
    ).fetchone()
    figures = connection.execute(FIGURES)
    names = [name for name, *_ in figures.description]
    return {
        "version": version,
        "published_at": published_at,
        "crawls": list(crawls.items()),
        "figures": dict(zip(names, figures.fetchone(), strict=True)),
    }
