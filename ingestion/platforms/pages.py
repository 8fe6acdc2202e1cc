"""Walks a described list page by page, and tells when it is over."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from ingestion.client.paging import EndDetector, Stop
from ingestion.landing.rejects import Reject
from ingestion.platforms.calls import PlatformCalls
from ingestion.platforms.description import Cursor, Description, Numbered
from ingestion.platforms.rows import look_up, to_rows, wanted

TOO_MANY_PAGES = Stop("too many pages", False)


class Walk:
    """The pages of one list, to be iterated once; then `stop` says why it ended.

    Each page is rows of STREAMS_SCHEMA with the records that cannot be right. `total` is how many streams
    the newest page said there are, None where pages do not say. `stop` stays None while iterating, and
    when a call failed and raised.
    """

    def __init__(
        self,
        description: Description,
        calls: PlatformCalls,
        observed_at: datetime,
        part: Mapping[str, Mapping[str, Any]],
    ) -> None:
        """Take what to walk, the client, when the crawl began, and what this part adds to query and body."""
        self._description, self._calls, self._observed_at, self._part = description, calls, observed_at, part
        self.stop: Stop | None = None
        self.total: int | None = None

    def __iter__(self) -> Iterator[tuple[pa.Table, list[Reject]]]:
        paging = self._description.paging
        end, place = EndDetector(paging.rows), _first(paging)
        for _ in range(paging.max_pages):
            answer, records = self._calls.page(*self._added(place))
            self._see_total(answer)
            page, rejects = to_rows(
                wanted(records, self._description.answer), self._description.fields, self._observed_at
            )
            rows = page.select(["id", "viewer_count"]).to_pylist()
            if end.is_back_at_top(rows):
                self.stop = end.at_tail("loop")
                yield page, rejects
                return
            place = _next(paging, place, answer, is_empty=not records)
            stop = end.judge(rows, "more" if place else "")
            yield page, rejects
            self.stop = stop
            if stop:
                return
        self.stop = TOO_MANY_PAGES

    def _added(self, place: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        into = getattr(self._description.paging, "into", "query")
        added = {"query": dict(self._part.get("query", {})), "body": dict(self._part.get("body", {}))}
        added[into].update(place)
        return added["query"], added["body"]

    def _see_total(self, answer: Any) -> None:
        total = self._description.total
        if total and not total.path:
            self.total = as_count(look_up(answer, total.at))


def as_count(value: Any) -> int | None:
    """Return a number of streams, None for what is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else None


def _first(paging: Any) -> dict[str, Any]:
    return {paging.parameter: paging.first} if isinstance(paging, Numbered) else {}


def _next(paging: Any, place: Mapping[str, Any], answer: Any, *, is_empty: bool) -> dict[str, Any]:
    """Return the parameters that lead to the next page, {} where the list ends."""
    if isinstance(paging, Numbered):
        return {} if is_empty else {paging.parameter: place[paging.parameter] + 1}
    if not isinstance(paging, Cursor) or (is_empty and paging.empty_page_ends):
        return {}
    cursor = look_up(answer, paging.at)
    if cursor is None or cursor == "":
        return {}
    if paging.pages and str(cursor) == str(look_up(answer, paging.pages)):
        return {}
    return {paging.parameter: cursor, **{name: look_up(answer, path) for name, path in paging.echo.items()}}
