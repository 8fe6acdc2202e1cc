"""What a crawl tells while it runs: one event for each thing that happens."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

STARTED, PAGE, LANGUAGE, CHAIN, LANDED = (
    "crawl started",
    "page",
    "language found",
    "chain ended",
    "crawl landed",
)


@dataclass(frozen=True)
class Event:
    """One thing that happened, when (naive UTC), and what there is to know about it.

    `crawl started`: chains, languages, deadline_seconds. `page`: pages, streams (rows so far), points_used,
    points_left (None while nothing is known) and seconds, all of the whole crawl. `language found`:
    language, one that the partition did not know. `chain ended`: as in the audit record. `crawl landed`:
    the audit record, with file, the reasons of rejected rows and problem.
    """

    name: str
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)


OnEvent = Callable[[Event], None]


def tell_nobody(event: Event) -> None:
    """Take an event that nobody wants to hear."""
