"""Walks a described list page by page, and tells when it is over."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ingestion.client.http import ApiError
from ingestion.client.paging import INVALID_CURSOR, EndDetector, Stop
from ingestion.platforms.calls import PlatformCalls
from ingestion.platforms.description import Description
from ingestion.platforms.lists import Cursor, Numbered
from ingestion.platforms.readers import look_up
from ingestion.platforms.rows import RowRules, wanted

TOO_MANY_PAGES = Stop("too many pages", False)
# what is added to query and body
Added = Mapping[str, Mapping[str, Any]]


class Walk:
    """The pages of one list, to be iterated once; then `stop` says why it ended.

    Each page is a list of records, possibly empty or short; a record may be anything. Of a page that turns
    out to be the first one again, only the records that have not been there come. `total` is how many
    streams the newest page said there are, None where pages do not say; `pages` are those that came so far.
    `stop` stays None while iterating, and when a call failed and raised.
    """

    def __init__(
        self,
        description: Description,
        calls: PlatformCalls,
        rules: RowRules,
        part: Added,
        urgency: float = 0.0,
    ) -> None:
        """Take what to walk, the client, the rules of its records and what this part adds to each call."""
        self._description, self._calls, self._rules = description, calls, rules
        self._part, self._urgency = part, urgency
        self.stop: Stop | None = None
        self.total: int | None = None
        self.pages = 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        paging = self._description.paging
        end, place = EndDetector(paging.rows, getattr(paging, "blank", None)), _first(paging)
        for _ in range(paging.max_pages):
            # good cursors are called invalid now and then: a second time it is meant
            fetched = self._fetch(place) or self._fetch(place)
            if fetched is None:
                self.stop = INVALID_CURSOR
                return
            answer, records = fetched
            self.pages += 1
            self._see_total(answer)
            kept = wanted(records, self._description.answer)
            objects = [record for record in kept if isinstance(record, dict)]
            marks = list(map(self._rules.mark, objects))
            if end.is_back_at_top(marks):
                self.stop = end.at_tail("loop")
                if new := [one for one, mark in zip(objects, marks, strict=True) if end.is_new(mark)]:
                    yield new
                return
            place = _next(paging, place, answer, is_empty=not records)
            stop = end.judge(marks, str(next(iter(place.values()), "")))
            yield kept
            self.stop = stop
            if stop:
                return
        self.stop = TOO_MANY_PAGES

    def _fetch(self, place: Mapping[str, Any]) -> tuple[Any, list[Any]] | None:
        """Return the answer at a place and its records, None where the cursor is called invalid."""
        request, into = self._description.request, getattr(self._description.paging, "into", "query")
        query = {**self._part.get("query", {}), **request.query, **(place if into == "query" else {})}
        body = {**self._part.get("body", {}), **request.body, **(place if into == "body" else {})}
        try:
            return self._calls.page(query, body, urgency=self._urgency)
        except ApiError as error:
            if place and self._is_called_invalid(error):
                return None
            raise

    def _is_called_invalid(self, error: ApiError) -> bool:
        words = getattr(self._description.paging, "invalid", [])
        return error.status == 400 and any(word.lower() in error.message.lower() for word in words)

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
