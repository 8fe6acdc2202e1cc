"""Measures publishing and exporting every mart of a quarter of Twitch.

Run: python -m benchmarks.publishing [--days 90] [--streamers 300000] [--sessions-a-week 3]. The marts are
made by SQL (benchmarks/quarter_of_marts.py). Beside the seconds stand the processor's, all threads together:
on a machine that is busy with something else the first grow and the second do not.
"""

import os
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.quarter_of_marts import make_marts
from serving.exports.everything import export
from serving.publish import publish

PUBLISHED_AT = datetime(2026, 4, 1)
# as the models have it: whole numbers and ids in a table, the mart a view that says them in hours and by name
SESSIONS = """
    create schema intermediate;
    create table intermediate.int_sessions as
    with ids as (select platform, game_name, min(game_id) as game_id from marts.games group by all)
    select
        sessions.platform, streamer_id, epoch(started_at)::bigint as started_epoch,
        epoch(ended_at)::bigint as ended_epoch, is_live, (airtime_hours * 3600)::bigint as airtime_seconds,
        (hours_watched * 3600)::bigint as viewer_seconds, peak_viewers,
        coalesce(ids.game_id, main_game) as main_game_id, games_played, stream_ids
    from marts.sessions
    left join ids on sessions.platform = ids.platform and sessions.main_game = ids.game_name;
    drop table marts.sessions;
    create view marts.sessions as
    select
        sessions.platform, concat(sessions.streamer_id, '@', started_epoch::varchar) as session_id,
        sessions.streamer_id, streamers.streamer_name,
        make_timestamp(started_epoch * 1000000) as started_at,
        make_timestamp(ended_epoch * 1000000) as ended_at, is_live,
        airtime_seconds::double / 3600 as airtime_hours,
        greatest(ended_epoch - started_epoch, 0)::double / 3600 as duration_hours,
        viewer_seconds::double / 3600 as hours_watched,
        viewer_seconds::double / nullif(airtime_seconds::double, 0) as average_viewers,
        peak_viewers, coalesce(games.game_name, main_game_id) as main_game, games_played, stream_ids
    from intermediate.int_sessions as sessions
    left join marts.streamers using (platform, streamer_id)
    left join marts.games on sessions.platform = games.platform and main_game_id = games.game_id;
"""


@click.command()
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 365))
@click.option("--streamers", default=300_000, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--sessions-a-week", default=3.0, show_default=True, type=click.FloatRange(0.1, 14))
def main(days: int, streamers: int, sessions_a_week: float) -> None:
    """Make the marts, publish them, export them and print rows, seconds and megabytes."""
    table = Table("step", "rows", "seconds", "processor seconds", "MB")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        make_marts(home / "w.duckdb", days=days, streamers=streamers, sessions_a_week=sessions_a_week)
        with duckdb.connect(home / "w.duckdb") as connection:
            connection.execute(SESSIONS)
        publication, *took = _timed(
            lambda: publish(home / "w.duckdb", home / "published.duckdb", published_at=PUBLISHED_AT)
        )
        rows = sum(publication["rows"].values())
        _row(table, "publish", rows, took, publication["bytes"])
        exported, *took = _timed(lambda: export(home / "published.duckdb", home / "exports"))
        files = [file for manifest in exported.values() for file in manifest["files"].values()]
        _row(table, "export", sum(file["rows"] for file in files) // 3, took, sum(f["bytes"] for f in files))
    Console().print(table)


def _timed(step: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what a step returns, its seconds and those of the processor."""
    began, worked = time.perf_counter(), _worked()
    result = step()
    return result, time.perf_counter() - began, _worked() - worked


def _worked() -> float:
    times = os.times()
    return times.user + times.system


def _row(table: Table, step: str, rows: int, took: list[float], size: int) -> None:
    seconds, worked = took
    table.add_row(step, f"{rows:,}", f"{seconds:.0f}", f"{worked:.0f}", f"{size / 1e6:,.0f}")


if __name__ == "__main__":
    main()
