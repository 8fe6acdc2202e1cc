"""Who stands at the top of the live ranking, by the crawls of the last hour."""

import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.client.twitch import PLATFORM
from ingestion.landing.audit import crawls_until
from ingestion.landing.store import brought
from ingestion.settings import Settings
from ingestion.watch.watch_list import Top

# who falls out of the first N is watched for so long: nobody is left and joined at every crawl
KEPT = timedelta(hours=1)
MOST_REMEMBERED = 1000  # crawls of an hour by rankings
COLUMNS = ["user_id", "user_login", "game_id", "game_name", "viewer_count"]


def at_the_top(settings: Settings, rankings: list[Top], now: datetime) -> dict[Top, dict[str, str]]:
    """Return who was among a ranking's first in a complete crawl of the last hour: logins with ids."""
    found: dict[Top, dict[str, str]] = {one: {} for one in rankings}
    if not rankings:
        return found
    for crawl in crawls_until(settings.landing, PLATFORM, now):
        if crawl.observed_at < now - KEPT:
            break
        if not crawl.is_complete:
            continue
        for one in rankings:
            for login, channel_id in _first(crawl.path, one).items():
                found[one].setdefault(login, channel_id)
    return found


@lru_cache(MOST_REMEMBERED)
def _first(crawl: Path, ranking: Top) -> dict[str, str]:
    """Return a crawl's first, logins with ids; what has landed never changes, and is looked at often."""
    with brought([crawl]) as paths:
        streams = pq.read_table(paths[0], columns=COLUMNS, partitioning=None)
    if ranking.game:
        games = zip(streams["game_id"].to_pylist(), streams["game_name"].to_pylist(), strict=True)
        wanted = _folded(ranking.game)
        is_it = [wanted in (game_id, _folded(name or "")) for game_id, name in games]
        streams = streams.filter(pa.array(is_it, pa.bool_()))
    first = streams.sort_by([("viewer_count", "descending"), ("user_id", "ascending")])[: ranking.count]
    return {row["user_login"]: row["user_id"] for row in first.to_pylist()}


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()
