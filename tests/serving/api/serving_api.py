"""The API on a free port of loopback, and the published copy as SQL sees it, for comparison."""

import math
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import uvicorn

from serving.api.app import create_app


@contextmanager
def served(published: Path, **options: Any) -> Iterator[str]:
    """Serve a copy, which need not be there, until the block ends; give the server's address."""
    app = create_app(published, **options)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


def asked_by_sql(published: Path, sql: str, *values: object) -> list[dict[str, Any]]:
    """Return the rows that SQL gives for a copy, as JSON has to show them."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published}' as published (read_only)")
        connection.execute("use published")
        found = connection.execute(sql, values)
        names = [column[0] for column in found.description]
        return [
            {name: as_json(value) for name, value in zip(names, row, strict=True)} for row in found.fetchall()
        ]


def as_json(value: object) -> object:
    """Return a value of SQL as JSON has it: times in UTC, null for what is no number."""
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
