"""Made-up rows of the marts of tracked metrics: two kinds that share an id, awkward ids and labels."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

VIDEO, REPOSITORY = "youtube.video", "github.repository"
LABELS = {"plain": "A Label", "owner/name": "label of another", "third": None}
MINUTES = {"15m": 15, "1h": 60, "8h": 480, "1d": 1440}
POINTS = 40
NEWEST = datetime(2026, 11, 21)


def tracked_items(awkward: Iterable[str]) -> list[dict[str, Any]]:
    named = {**{f"id {text}": text for text in awkward}, **LABELS}
    videos = [{"kind": VIDEO, "item_id": id_, "item_label": label} for id_, label in named.items()]
    return [*videos, {"kind": REPOSITORY, "item_id": "owner/name", "item_label": None}]


def readings(at: str = "observed_at", gap: timedelta = timedelta(seconds=601)) -> Iterator[dict[str, Any]]:
    for item in LABELS:
        for metric in ("views", "likes"):
            for number in range(POINTS):
                key = {"kind": VIDEO, "item_id": item, "metric": metric}
                yield {**key, "sort": "counter", at: NEWEST - number * gap}


def reading_buckets() -> Iterator[dict[str, Any]]:
    for bucket, minutes in MINUTES.items():
        for row in readings("bucket_start", timedelta(minutes=minutes)):
            yield {**row, "bucket": bucket, "readings": minutes}


def rank_tracked(periods: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield growth in the periods of two platforms, each of which stands for a kind."""
    for period in periods:
        kind = {"twitch": VIDEO, "history": REPOSITORY}[period["platform"]]
        for metric in ("views", "likes"):
            for number, (item_id, label) in enumerate(LABELS.items()):
                key = {**period, "kind": kind, "metric": metric, "item_id": item_id, "item_label": label}
                yield {**key, "rank": 1 + number - (number == 2)}
