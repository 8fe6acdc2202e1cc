"""Puts worlds into a warehouse the way users do: landed or imported, loaded by dlt, built by dbt."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import astuple
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.by_hand.compare import MARTS_OF_PLATFORMS
from ingestion.crawl.streams import one_row_per_stream
from ingestion.enrich import followers, names
from ingestion.imports.tables.history import import_tables
from ingestion.landing.files import FOLLOWERS_SCHEMA, CrawlRecord, land_crawl
from ingestion.settings import Settings
from ingestion.warehouse.load import load
from ingestion.warehouse.reference import write_reference
from orchestration.models.command import BUILD_MODELS
from serving.publish import MARTS
from tests.dbt_project.making.reference_rows import IMPORTED_AT, reference_tables
from tests.ingestion.of_twitch import to_arrow
from tests.places import DBT_PROJECT
from tests.reference.worlds.world import Crawl as WorldCrawl
from tests.reference.worlds.world import Observation, World


def land_world(settings: Settings, world: World, imported_at: datetime = IMPORTED_AT) -> None:
    """Land everything of a world that is landed: files imported, crawls merged, follower readings."""
    if world.history or world.metadata:
        _import(settings, world, imported_at)
    for crawl in world.crawls:
        _land_crawl(settings, world, crawl)
    if world.follower_readings:
        rows = [
            {"user_id": one.streamer_id, "follower_count": one.follower_count, "observed_at": one.observed_at}
            for one in world.follower_readings
        ]
        table = pa.Table.from_pylist(rows, schema=FOLLOWERS_SCHEMA)
        followers.land_followers(
            settings.landing, world.platform, table, world.follower_readings[0].observed_at
        )
    if world.name_readings:
        columns = zip(*map(astuple, world.name_readings), strict=True)
        table = pa.Table.from_arrays([*map(pa.array, columns)], schema=names.NAMES_SCHEMA)
        names.land_names(settings.landing, world.platform, table, imported_at)


def load_worlds(settings: Settings, worlds: Iterable[World]) -> None:
    """Load what has landed and merge the worlds' users, games and IGDB rows."""
    load(settings)
    write_reference(settings, reference_tables(worlds))


@cache
def worker() -> subprocess.Popen:
    """Start the process that has the models parsed; it ends with this one."""
    folders = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    command = [sys.executable, "-m", "tests.dbt_project.making.dbt_worker", *folders]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    return subprocess.Popen(command, cwd=DBT_PROJECT.parent, **streams)


def build(settings: Settings, *command: str, **variables: str | int) -> None:
    """Run dbt on the warehouse in a process of its own, all that the scheduler does unless told otherwise."""
    failed = run_dbt(settings, [*(command or BUILD_MODELS)], **variables)
    assert not failed, (settings.root / "dbt.txt").read_text()[-6000:]


def run_dbt(
    settings: Settings,
    command: list[str],
    edited: dict[str, str] | None = None,
    killed_at: str = "",
    rows_at_once: int = 0,
    **variables: str | int,
) -> int:
    """Run dbt on the warehouse and return its exit code.

    Args:
        settings: where the warehouse is.
        command: dbt's command with its options.
        edited: models (unique ids) with SQL to put in the place of their own, for this run.
        killed_at: a model at whose end the process is killed.
        rows_at_once: observations that the build takes at once; 0 is all of them.
        variables: dbt's vars; as long as they do not say so, nothing of a world lies in the future.
    """
    variables = {"as_of": "2100-01-01", **variables}
    output, dbt = settings.root / "dbt.txt", worker()
    environment = {
        "AIRTIME_WAREHOUSE": str(settings.warehouse),
        "DBT_TARGET_PATH": str(settings.root / "target"),
        "DBT_LOG_PATH": str(settings.root / "logs"),
        "AIRTIME_ROWS_AT_ONCE": str(rows_at_once),
    }
    order = {
        "arguments": [*command, "--vars", json.dumps(variables)],
        "environment": environment,
        "output": str(output),
        "edited": edited or {},
        "killed_at": killed_at,
    }
    dbt.stdin.write(json.dumps(order) + "\n")
    return int(dbt.stdout.readline())


def mart_rows(settings: Settings, mart: str, keys: int) -> dict[tuple, dict]:
    """Return a mart's rows by its first `keys` columns."""
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        table = connection.execute(f"select * from marts.{mart}").to_arrow_table()
    rows = [tuple(row.items()) for row in table.to_pylist()]
    by_key = {tuple(value for _, value in row[:keys]): dict(row[keys:]) for row in rows}
    assert len(by_key) == len(rows), f"{mart} has several rows for one key"
    return by_key


def mart_fingerprints(settings: Settings, platform: str = "") -> dict[str, str]:
    """Return a checksum of every mart, or of a platform's rows in those that have any, in whatever order."""
    where = f"where platform = '{platform}'" if platform else ""
    rows = f"select mart::varchar as row from marts.{{}} as mart {where}"
    query = f"select md5(string_agg(row, chr(10) order by row)) from ({rows})"
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        marts = connection.execute(MARTS_OF_PLATFORMS if platform else MARTS).fetchall()
        return {mart: connection.execute(query.format(mart)).fetchone()[0] for (mart,) in marts}


def _import(settings: Settings, world: World, imported_at: datetime) -> None:
    folder = settings.root / "files"
    folder.mkdir(exist_ok=True, parents=True)
    common = {"platform": world.platform, "cadence_seconds": world.cadence_seconds}
    if world.history:
        path = folder / f"{world.platform}.csv"
        rows = [[row.followers, row.viewers, row.game, row.timestamp, row.username] for row in world.history]
        _write_csv(path, ["followers", "viewers", "game", "timestamp", "username"], rows)
        import_tables(settings.landing, path, None, imported_at=imported_at, **common)
    for sequence in sorted({row.file_sequence for row in world.metadata}):
        path = folder / f"{world.platform}-{sequence}.csv"
        rows = [
            [row.game, row.release_date, row.publisher, row.genre]
            for row in world.metadata
            if row.file_sequence == sequence
        ]
        _write_csv(path, ["game", "release_date", "publisher", "genre"], rows)
        import_tables(
            settings.landing, None, path, imported_at=imported_at + timedelta(days=sequence), **common
        )


def _write_csv(path: Path, header: list[str], rows: list[list]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def _land_crawl(settings: Settings, world: World, crawl: WorldCrawl) -> None:
    fetched = [row for row in world.observations if row.observed_at == crawl.observed_at]
    fetched.sort(key=lambda row: row.fetched_position)
    streams, doubles = one_row_per_stream(
        [to_arrow([_helix_row(row) for row in fetched], crawl.observed_at)[0]]
    )
    record = CrawlRecord(
        platform=world.platform,
        observed_at=crawl.observed_at,
        finished_at=crawl.observed_at + timedelta(seconds=5),
        cadence_seconds=crawl.cadence_seconds,
        is_complete=crawl.is_complete,
        stop_reason="end" if crawl.is_complete else "error: HTTP 500",
        pages=1,
        streams=len(streams),
        doubles=doubles,
        points_used=1,
    )
    land_crawl(settings.landing, record, streams)


def _helix_row(row: Observation) -> dict:
    return {
        "id": row.stream_id,
        "user_id": row.streamer_id,
        "user_login": row.streamer_login,
        "user_name": row.streamer_name,
        "game_id": row.game_id,
        "game_name": row.game_name,
        "type": "live",
        "title": row.title,
        "viewer_count": row.viewer_count,
        "started_at": None if row.started_at is None else f"{row.started_at:%Y-%m-%dT%H:%M:%SZ}",
        "language": row.language,
        "tags": row.tags,
    }
