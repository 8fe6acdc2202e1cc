"""Who stands at the top of the live ranking, by the crawls of the last hour."""

import unicodedata
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.landing.audit import crawls_until
from ingestion.landing.store import brought
from ingestion.settings import Settings
from ingestion.watch.watch_list import PLATFORM, Top

# who falls out of the first N is watched for so long: nobody is left and joined at every crawl
KEPT = timedelta(hours=1)
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
        with brought([crawl.path]) as paths:
            streams = pq.read_table(paths[0], columns=COLUMNS, partitioning=None)
        for one in rankings:
            for row in _first(streams, one).to_pylist():
                found[one].setdefault(row["user_login"], row["user_id"])
    return found


def _first(streams: pa.Table, ranking: Top) -> pa.Table:
    if ranking.game:
        games = zip(streams["game_id"].to_pylist(), streams["game_name"].to_pylist(), strict=True)
        wanted = _folded(ranking.game)
        is_it = [wanted in (game_id, _folded(name or "")) for game_id, name in games]
        streams = streams.filter(pa.array(is_it, pa.bool_()))
    return streams.sort_by([("viewer_count", "descending"), ("user_id", "ascending")])[: ranking.count]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()
