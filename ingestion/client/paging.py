"""Decides when a chain of pages is over, and whether that was the end of the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

# One page that brings nothing new can be streams that crossed its border; three in a row are a loop.
BARREN_PAGES = 3
TAIL_VIEWERS = 5
# A loop does not come back to quite the same ids: streams end and change places while it is read.
KNOWN_SHARE = 0.75

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Stop:
    """Why a chain ended; `is_complete` when that was the end of its list."""

    reason: str
    is_complete: bool


END = Stop("end", True)
INVALID_CURSOR = Stop("invalid cursor", False)
EMPTY_PAGES = Stop("empty pages", False)


class EndDetector:
    """What one chain of pages has seen so far: rows with their `id` and `viewer_count`.

    The list ends where a page brings no cursor. It also ends, by known defects of the platform, where
    the cursor is the blank one, or leads back to the first page or to pages whose ids have nearly all
    been there; that is believed to be the end only if the list had come to its tail: a page that is not
    full, or streams of at most five viewers. Viewers tell no loop, because not every list is sorted by
    them. Pages that are only empty say nothing about what follows them. A page that is merely short ends
    nothing.
    """

    def __init__(self, page_rows: int, blank_cursor: str | None = None) -> None:
        """Take how many rows a full page has, and the cursor that is sent where the place is lost."""
        self._page_rows, self._blank_cursor = page_rows, blank_cursor
        self._seen: set[str] = set()
        self._first: set[str] = set()
        self._is_at_tail = False
        self._barren = 0

    def is_back_at_top(self, rows: Sequence[Row]) -> bool:
        """Whether a page is the list's first page again, by its ids."""
        ids = _ids(rows)
        return bool(ids) and len(self._first & ids) >= KNOWN_SHARE * max(len(self._first), len(ids))

    def is_new(self, row: Row) -> bool:
        """Whether no page has brought a row's id so far."""
        return str(row.get("id")) not in self._seen

    def judge(self, rows: Sequence[Row], cursor: str | None) -> Stop | None:
        """Take in one page and the cursor it came with; return why the chain is over, or None."""
        ids = _ids(rows)
        new = ids - self._seen
        is_barren = len(new) <= (1 - KNOWN_SHARE) * len(ids)
        self._barren = self._barren + 1 if is_barren else 0
        self._seen |= new
        self._first = self._first or ids
        if not is_barren:
            self._is_at_tail = len(rows) < self._page_rows or min(map(_viewers, rows)) <= TAIL_VIEWERS
        if not cursor:
            return END
        if cursor == self._blank_cursor:
            return self.at_tail("blank cursor")
        if self._barren >= BARREN_PAGES:
            return self.at_tail("loop") if rows else EMPTY_PAGES
        return None

    def at_tail(self, reason: str) -> Stop:
        """Return a stop that counts as the end of the list if the list had come to its tail."""
        return Stop(reason, True) if self._is_at_tail else Stop(f"{reason} before the tail", False)


def _ids(rows: Sequence[Row]) -> set[str]:
    return {str(row.get("id")) for row in rows}


def _viewers(row: Row) -> float:
    count = row.get("viewer_count", 0)
    # what cannot be right is no sign of the tail
    return count if isinstance(count, int) and count >= 0 else inf
