"""Tells which items are due: once in each step of their schedule, at a place of their own in it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from ingestion.sources.kind import Schedule
from ingestion.sources.ledger import Ledger
from ingestion.sources.reading import Catalogue
from ingestion.sources.tracked import Item

EPOCH = datetime(1970, 1, 1)


def newest_turn(schedule: Schedule, item: Item, now: datetime) -> datetime:
    """Return the newest moment at which an item was to be asked for.

    Its place within the jitter is its own and stays, so that readings lie evenly apart.
    """
    digest = hashlib.sha256(f"{item.kind}\n{item.item_id}".encode()).digest()
    offset = schedule.jitter * (int.from_bytes(digest[:6], "big") / 2**48)
    return EPOCH + offset + (now - EPOCH - offset) // schedule.every * schedule.every


def due_items(
    catalogue: Catalogue, items: Iterable[Item], ledger: Ledger, now: datetime
) -> list[tuple[timedelta, Item]]:
    """Return the items that are due, each with how long it waits, longest overdue first.

    An item that was never asked for waits for as long as there has been time.
    """
    found = []
    for item in items:
        described = catalogue.kinds[item.kind]
        state = ledger.items.get(item.key)
        if described.service.switched_off or has_ended(item, ledger, now):
            continue
        turn = newest_turn(described.kind.schedule, item, now)
        if state is None or state.asked_at < turn:
            found.append((now - (state.asked_at if state else EPOCH), item))
    return sorted(
        found, key=lambda one: (-(one[0] / catalogue.kinds[one[1].kind].kind.schedule.every), one[1].key)
    )


def has_ended(item: Item, ledger: Ledger, now: datetime) -> bool:
    """Tell whether an item is asked for no more: its time is over, or it is gone."""
    state = ledger.items.get(item.key)
    return bool((item.until and item.until <= now) or (state and state.gone_at))
