"""Numbers of an item at a moment: counters that only grow, gauges that move, the same for the same seed."""

import hashlib
from datetime import datetime

EPOCH = datetime(2026, 1, 1)


def chance(*parts: object) -> int:
    """Return a whole number below 2**32 that follows from its parts."""
    text = "\n".join(map(str, parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def counter(name: str, item_id: str, at: datetime) -> int:
    """Return what has grown since an item's own beginning, by its own number an hour."""
    pace = chance(name, item_id) % 500 + 1
    return chance(name, item_id, "base") % 100_000 + int((at - EPOCH).total_seconds()) * pace // 3600


def gauge(name: str, item_id: str, at: datetime) -> int:
    """Return what moves about an item's own size, anew each minute."""
    size = chance(name, item_id) % 1000 + 10
    minute = int((at - EPOCH).total_seconds()) // 60
    return size + chance(name, item_id, minute) % size
