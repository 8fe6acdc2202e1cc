"""Lands crawls for tests, and reads a warehouse through the SQL of the staging models."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml
from jinja2 import Template

from ingestion.landing.files import STREAMS_SCHEMA, CrawlRecord, land_crawl
from ingestion.settings import Settings
from tests.places import DBT_PROJECT as PROJECT

START = datetime(2026, 3, 1, 10)

Row = dict[str, Any]


def settings_in(home: Path, **fields: Any) -> Settings:
    """Return settings of this AIRTIME_HOME that know no `.env`."""
    return Settings(_env_file=None, AIRTIME_HOME=home, **fields)


def minutes(count: float) -> datetime:
    """Return the instant so many minutes after START."""
    return START + timedelta(minutes=count)


def stream(number: int, viewers: int = 5, **fields: Any) -> Row:
    """Return one live stream, a row of STREAMS_SCHEMA."""
    row = {
        "id": f"s{number}",
        "user_id": f"u{number}",
        "user_login": f"login{number}",
        "user_name": f"Name{number}",
        "game_id": "10",
        "game_name": "Duel",
        "title": f"title {number}",
        "viewer_count": viewers,
        "started_at": START,
        "language": "en",
        "tags": ["English", "Drops"],
        "extra": None,
    }
    return row | fields


def land_streams(settings: Settings, at: datetime, rows: Sequence[Row], platform: str = "twitch") -> Path:
    """Land a complete crawl of these streams."""
    pages = -(-len(rows) // 100)
    record = CrawlRecord(
        platform, at, at + timedelta(seconds=5), 300, True, "end", pages, len(rows), 0, points_used=pages
    )
    return land_crawl(settings.landing, record, pa.Table.from_pylist(list(rows), schema=STREAMS_SCHEMA))


def rows_of(settings: Settings, query: str) -> list[Row]:
    """Return the rows of a query on the warehouse."""
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        return connection.execute(query).to_arrow_table().to_pylist()


def staged(settings: Settings, model: str) -> list[Row]:
    """Return the rows of a staging model, in the order of their columns."""
    return rows_of(settings, f"select * from ({staging_sql(model)}) order by all")


def staging_sql(model: str) -> str:
    """Return a staging model's SQL with raw tables and other models in the place of dbt's calls."""
    [path] = (PROJECT / "models" / "staging").rglob(f"{model}.sql")
    variables = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    return Template(path.read_text()).render(
        source=lambda _, table: f"raw.{table}",
        ref=lambda other: f"({staging_sql(other)})",
        var=variables.__getitem__,
        has_happened=lambda at: "true",
    )


def raw_counts(settings: Settings) -> dict[str, int]:
    """Return the number of rows of every raw table that comes from landed files."""
    tables = ("landed_files", "crawls", "observations", "stream_details", "followers", "history_streamers")
    return {
        table: rows_of(settings, f"select count(*) as rows from raw.{table}")[0]["rows"] for table in tables
    }
