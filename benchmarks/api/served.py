"""Rankings made by SQL, published, and served by a process of its own, for the benchmarks of the HTTP API."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import requests

from serving.publish import publish

FIRST_DAY = date(2025, 1, 1)
STREAMERS_RANKED = 2000
CRAWLS = """
    create table marts.crawls as
    select 'twitch' as platform, timestamp '2026-11-21 11:55:00' as observed_at, true as is_complete
"""
# As wide and as varied as the mart; `mark` is what tells the rows of one publish from those of another.
RANKINGS = """
    create table marts.rank_streamers as
    with slices as (
        select 'day' as period, $first_day + i::integer as period_start from range($days) as t(i)
        union all select 'last_7_days', $first_day + $days::integer - 7
    ),
    ranked as (
        select *, 1 + i as rank, (hash(period_start, i) % 300000)::varchar as streamer_id
        from slices, range($streamers) as t(i)
    )
    select
        'twitch' as platform, period, period_start, streamer_id, period_start + 1 as period_end,
        true as is_closed, rank, rank + 1 as previous_rank, 1::bigint as rank_change,
        rank as rank_by_hours_broadcast, rank as rank_by_average_viewers, rank as rank_by_peak_viewers,
        'Streamer' || streamer_id as streamer_name, 'streamer' || streamer_id as streamer_login,
        ['en', 'es', 'ko'][1 + rank % 3] as language, 'partner' as broadcaster_type,
        'Game ' || rank % 400 as main_game, rank * 37 as followers, $mark::bigint as followers_gained,
        1e7::double / rank as hours_watched, 1e4::double / rank as hours_watched_error,
        sqrt(rank) as hours_broadcast, 0.3::double as hours_broadcast_error,
        hours_watched / hours_broadcast as average_viewers, (2 * average_viewers)::bigint as peak_viewers,
        1 + rank % 7 as active_days, 1 + rank % 9 as sessions, 0.1::double / rank as share,
        0.998::double as coverage
    from ranked
"""


@dataclass(frozen=True)
class Server:
    """A server of the API: its address and its process."""

    url: str
    process: subprocess.Popen

    def handles(self) -> list[str]:
        """Return the files, sockets and pipes that the server has open."""
        folder = Path(f"/proc/{self.process.pid}/fd")
        found = []
        for handle in list(folder.iterdir()):
            try:
                found.append(str(handle.readlink()))
            except FileNotFoundError:
                found.append("closed meanwhile")
        return found


def publish_rankings(home: Path, *, days: int, mark: int = 0) -> Path:
    """Publish rankings of so many days and of one 7-day period, 2,000 streamers each; return the copy."""
    warehouse, published = home / "made.duckdb", home / "published" / "airtime.duckdb"
    warehouse.unlink(missing_ok=True)
    values = {"first_day": FIRST_DAY, "days": days, "streamers": STREAMERS_RANKED, "mark": mark}
    with duckdb.connect(warehouse) as connection:
        connection.execute("create schema marts")
        connection.execute(CRAWLS)
        connection.execute(RANKINGS, values)
    publish(warehouse, published, published_at=datetime.now(UTC).replace(tzinfo=None))
    warehouse.unlink()
    return published


@contextmanager
def served(home: Path) -> Iterator[Server]:
    """Serve what is published below `home` on a free port of loopback until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "serving", "api", "--port", str(port)]
    environment = {**os.environ, "AIRTIME_HOME": str(home), "AIRTIME_API_KEY": ""}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            yield _ready(Server(f"http://127.0.0.1:{port}", process))
        finally:
            process.terminate()


def _ready(server: Server) -> Server:
    for _ in range(300):
        if server.process.poll() is not None:
            raise RuntimeError(f"the server ended with {server.process.returncode}")
        try:
            requests.get(f"{server.url}/health", timeout=5).raise_for_status()
            return server
        except requests.ConnectionError:
            time.sleep(0.1)
    raise TimeoutError("the server did not answer within 30 seconds")
