"""Small files in the shape of the two imported tables, and what they are landed as."""

import csv
import gzip
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.imports.tables.history import Imported, import_tables

IMPORTED_AT = datetime(2026, 11, 21, 12, 0, 5)
STREAMERS = ["username", "timestamp", "game", "viewers", "followers"]
GAMES = ["game", "release_date", "publisher", "genre"]
START = 1546300800  # 2019-01-01 00:00 UTC
ROWS = [
    ["ana", str(START), "Duel", "100", "1000"],
    ["bo", str(START + 1), "Farm, the Game", "10", ""],
    ["ana", str(START + 60), "Duel", "101", "1001"],
]
GAME_ROWS = [["Duel", "2015-03-05", "Apex Co", "FPS"], ["Farm, the Game", "0", "Soil Inc", "Simulation"]]


def write_csv(path: Path, rows: Iterable[Sequence[str]], header: Sequence[str] = STREAMERS) -> Path:
    """Write a CSV file with the csv module, gzipped if the name ends in .gz."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    data = text.getvalue().encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def write_parquet(path: Path, **changed: pa.Array) -> Path:
    """Write ROWS as a Parquet file, with some columns changed."""
    columns = {
        "username": pa.array([row[0] for row in ROWS]),
        "timestamp": pa.array([int(row[1]) for row in ROWS]),
        "game": pa.array([row[2] for row in ROWS]),
        "viewers": pa.array([int(row[3]) for row in ROWS]),
        "followers": pa.array([int(row[4]) if row[4] else None for row in ROWS]),
    }
    pq.write_table(pa.table(columns | changed), path)
    return path


def import_into(landing: Path, streamers: Path | None = None, games: Path | None = None, **more) -> Imported:
    """Import at IMPORTED_AT unless told otherwise."""
    return import_tables(landing, streamers, games, **({"imported_at": IMPORTED_AT} | more))


def landed_rows(path: Path) -> list[list]:
    """Return the landed rows of a streamers file as in the source, without the ticks."""
    table = pq.read_table(path)
    return [[row[name] for name in STREAMERS] for row in table.to_pylist()]


def typed(rows: Iterable[Sequence[str]]) -> list[list]:
    """Return rows of text as they are landed."""
    return [[name(u), int(t), name(g), int(v), int(f) if f else None] for u, t, g, v, f in rows]


def name(text: str) -> str:
    """Return a name of a file as it is landed."""
    landed = unicodedata.normalize("NFC", text).strip()
    return "(no category)" if landed in ("", "0") else landed
