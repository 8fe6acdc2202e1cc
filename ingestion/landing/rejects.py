"""Sets impossible rows aside, each alone: with its JSON and the reason, beside what is kept."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pyarrow as pa

from ingestion.arrow import arrow_schema
from ingestion.fields import Impossible, Row
from ingestion.landing.files import batch_path, free_second, land

Read = TypeVar("Read")

REJECTED_SCHEMA = arrow_schema(id=pa.string(), reason=pa.string(), row_json=pa.string())
ANSWERS_SCHEMA = arrow_schema(
    platform=pa.string(),
    step=pa.string(),
    id=pa.string(),
    reason=pa.string(),
    row_json=pa.string(),
    fetched_at=pa.timestamp("us"),
)
MOST_REASONS = 3
# So few, or less than 1 % of a crawl's rows, leave it complete.
FEWEST, HUNDREDTH = 10, 100


class Reject(NamedTuple):
    """A row that was set aside: its own id if it has one, why, and the row as JSON."""

    id: str | None
    reason: str
    row_json: str

    @property
    def name(self) -> str:
        """What tells it from others: its id, else all of it."""
        return self.id or self.row_json


def sift(rows: Iterable[Any], read: Callable[[Row], Read]) -> tuple[list[Read], list[Reject]]:
    """Return what `read` makes of each row, and the rows that it finds Impossible."""
    kept, rejects = [], []
    for row in rows:
        try:
            if not isinstance(row, dict):
                raise Impossible("the row is no object")
            kept.append(read(row))
        except Impossible as fault:
            rejects.append(reject(row, str(fault)))
    return kept, rejects


def reject(row: Any, reason: str) -> Reject:
    """Return a row set aside."""
    own = row.get("id") if isinstance(row, dict) else None
    # ASCII, so that half of a surrogate pair stays what it was
    return Reject(str(own) if own and type(own) in (str, int) else None, reason, json.dumps(row))


def are_too_many(rejected: int, rows: int) -> bool:
    """Say whether so many of a crawl's rows were rejected that the others cannot be trusted."""
    return rejected >= FEWEST and rejected * HUNDREDTH >= rows


def reasons(rejects: Sequence[Reject]) -> dict[str, int]:
    """Return the most frequent reasons, each with how often it occurs."""
    return dict(Counter(one.reason for one in rejects).most_common(MOST_REASONS))


def land_rejects(landing: Path, platform: str, rejects: Sequence[Reject], observed_at: datetime) -> Path:
    """Land the rejected rows of the crawl that began at `observed_at`, under the first free second.

    Raises:
        NotLanded: the disk refused; nothing is left under the final name.
    """
    rows = [one._asdict() for one in rejects]
    record = {"kind": "rejected", "platform": platform, "observed_at": observed_at, "rows": len(rows)}
    second = free_second(landing, platform, "rejected", observed_at)
    table = pa.Table.from_pylist(rows, schema=REJECTED_SCHEMA)
    return land(landing, batch_path(platform, "rejected", second), table, record)


def answers_table(platform: str, step: str, rejects: Sequence[Reject], fetched_at: datetime) -> pa.Table:
    """Return rejected answers as rows of ANSWERS_SCHEMA."""
    rows = [
        {"platform": platform, "step": step, **one._asdict(), "fetched_at": fetched_at} for one in rejects
    ]
    return pa.Table.from_pylist(rows, schema=ANSWERS_SCHEMA)
