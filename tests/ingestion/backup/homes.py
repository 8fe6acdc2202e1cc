"""Small homes to back up, and what can be told of a folder."""

from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ingestion.client.igdb import IGDB_GAMES_SCHEMA
from ingestion.client.twitch import GAMES_SCHEMA
from ingestion.settings import Settings
from ingestion.warehouse.reference import TABLES
from tests.ingestion.landed_crawls import land_streams, minutes, rows_of, settings_in, stream

NOW = datetime(2026, 3, 2, 0, 15)
SECRET = "a-secret-that-no-file-may-hold"
WRITTEN = {
    "overrides.csv": "game_id,publisher,genre\n10,Someone,Duels\n",
    "platforms/other.yml": "name: other\n",
    "alerts.ndjson": '{"kind": "run"}\n',
    "SIMULATED": "",
    "published/airtime.duckdb": "marts",
}
MADE_AGAIN = {
    "token.json": SECRET,
    "exports/a.csv": "a\n",
    "crawl.lock": "",
    "dlt/state": "",
    "dagster/x": "",
}


def small_home(root: Path, crawls: int = 3, **fields) -> Settings:
    """Return the settings of a home with some landed crawls and a file of each kind."""
    settings = settings_in(root, **fields)
    for number in range(crawls):
        land_streams(settings, minutes(number), [stream(number)])
    for name, text in {**WRITTEN, **MADE_AGAIN}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return settings


def contents(folder: Path) -> dict[str, bytes]:
    """Return what each file below a folder holds."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def landed(home: Path) -> dict[str, bytes]:
    """Return what has landed in a home."""
    return contents(home / "landing")


def reference(name: str) -> dict[str, pa.Table]:
    """Return rows of two reference tables, one of them with lists."""
    game = {"platform": "twitch", "id": "10", "name": name, "fetched_at": NOW}
    known = {"id": "7", "name": name, "genres": ["Duels", "It's"], "publishers": [], "fetched_at": NOW}
    return {
        "games": pa.Table.from_pylist([game], schema=GAMES_SCHEMA),
        "igdb_games": pa.Table.from_pylist([known], schema=IGDB_GAMES_SCHEMA),
    }


def reference_rows(settings: Settings) -> dict[str, list]:
    """Return all rows of the reference tables in a warehouse, but for the load they came with."""
    query = "select * exclude (_dlt_load_id) from raw.{} order by all"
    return {table.name: rows_of(settings, query.format(table.name)) for table in TABLES}
