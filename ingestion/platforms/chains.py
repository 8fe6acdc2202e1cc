"""Follows chains of a described list side by side: the whole of it, parts, languages, single streamers."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from ingestion.client.asking import in_batches
from ingestion.client.http import ApiError
from ingestion.client.paging import Stop
from ingestion.clock import Deadline
from ingestion.crawl.chains import UNFINISHED, ChainThreads
from ingestion.platforms.calls import PlatformCalls
from ingestion.platforms.description import Description
from ingestion.platforms.lists import Languages, Streamers
from ingestion.platforms.pages import Added, Walk
from ingestion.platforms.rows import RowRules

FIRST_PAGE, BY_ID = Stop("first page", True), Stop("by id", True)
LANGUAGE_REFUSED = Stop("language refused", True)


class ListChains(ChainThreads):
    """Chains of one described list; `totals` are the platform's own counts of what they list."""

    def __init__(
        self, description: Description, calls: PlatformCalls, deadline: Deadline, observed_at: datetime
    ) -> None:
        """Take the list, the client that all chains share, what ends them and when the crawl began."""
        super().__init__(deadline)
        self._description, self._calls, self._observed_at = description, calls, observed_at
        self._rules = RowRules(description.fields, description.rules)
        self.totals: list[int] = []

    def list_all(self, part: Added) -> int:
        """Start to follow the list, with what `part` adds to each call; return the chain's number."""
        return self.begin(lambda number, _: self._read(number, self._walk(part)))

    def list_languages(self, by: Languages, languages: Sequence[str], urgency: float) -> int:
        """Start to follow the list of what is live in these languages; return the chain's number."""
        return self.begin(lambda number, refused: self._follow(number, by, list(languages), urgency, refused))

    def first_page(self) -> int:
        """Start to read the first page of everything; return the chain's number."""
        return self.begin(lambda number, _: self._read_pages(number, [{}], FIRST_PAGE))

    def look_up(self, by: Streamers, streamer_ids: Sequence[str]) -> int:
        """Start to ask for the streams of these streamers, some at a time; return the chain's number."""
        parts: list[Added] = [{by.into: {by.parameter: some}} for some in in_batches(streamer_ids, by.a_call)]
        return self.begin(lambda number, _: self._read_pages(number, parts, BY_ID))

    def _follow(
        self, number: int, by: Languages, languages: list[str], urgency: float, refused: list[str]
    ) -> Stop:
        """Read one list; where the platform refuses its languages, read each half, down to the odd ones."""
        walk = self._walk({by.into: {by.parameter: languages}}, urgency)
        try:
            return self._read(number, walk)
        except ApiError as error:
            if error.status != 400 or walk.pages:
                raise
        if len(languages) == 1:
            refused += languages
            return LANGUAGE_REFUSED
        half = len(languages) // 2
        halves = (languages[:half], languages[half:])
        stops = [self._follow(number, by, some, urgency, refused) for some in halves]
        # what one half lacks, the whole lacks
        return min(stops, key=lambda stop: stop.is_complete)

    def _read(self, number: int, walk: Walk) -> Stop:
        for records in walk:
            self._put(number, records)
        if walk.total is not None:
            self.totals.append(walk.total)
        return walk.stop or UNFINISHED

    def _read_pages(self, number: int, parts: Sequence[Added], stop: Stop) -> Stop:
        """Read the first page of each part."""
        for part in parts:
            for records in islice(self._walk(part), 1):
                self._put(number, records)
        return stop

    def _walk(self, part: Added, urgency: float = 0.0) -> Walk:
        return Walk(self._description, self._calls, self._rules, part, urgency)

    def _put(self, number: int, records: Sequence[object]) -> None:
        self.put(number, *self._rules.table(records, self._observed_at))
