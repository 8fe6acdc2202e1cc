"""Follows several chains of Get Streams at once, a thread each, and hands what they bring to one reader."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from ingestion.client.asking import in_parts
from ingestion.client.helix import IDS_A_CALL, Helix, Rows
from ingestion.client.http import ApiError
from ingestion.client.paging import PAGE_ROWS, Stop
from ingestion.client.token import RefusedCredentials
from ingestion.clock import Deadline, OutOfTime, epoch_seconds
from ingestion.crawl.streams import to_arrow
from ingestion.landing.rejects import Reject

POLL_SECONDS, GRACE_SECONDS = 0.1, 0.5
FIRST_PAGE, BY_ID = Stop("first page", True), Stop("by id", True)


@dataclass(frozen=True)
class Fetched:
    """A page of a chain as rows of STREAMS_SCHEMA, and the rows of it that cannot be."""

    chain: int
    page: pa.Table
    rejects: list[Reject]


@dataclass(frozen=True)
class Ended:
    """The end of a chain: why, after how long, and which languages the platform does not accept.

    `error` is what cut the chain short, None if nothing did.
    """

    chain: int
    stop: Stop
    seconds: float
    refused: tuple[str, ...] = ()
    error: Exception | None = None


@dataclass
class _Outcome:
    """What a chain's thread knows when it ends."""

    stop: Stop = Stop("unfinished", False)
    refused: list[str] = field(default_factory=list)
    error: Exception | None = None

    def cut(self, reason: str, error: Exception) -> None:
        self.stop, self.error = Stop(reason, False), error


Work = Callable[[int, _Outcome], None]


class ChainThreads:
    """Chains that run side by side until they end or the deadline has passed."""

    def __init__(self, helix: Helix, deadline: Deadline, observed_at: datetime) -> None:
        """Take the client that all chains share, the deadline that ends them and when the crawl began."""
        self._helix, self._deadline, self._observed_at = helix, deadline, observed_at
        self._results: queue.SimpleQueue[Fetched | Ended] = queue.SimpleQueue()
        self._started = self._ended = 0

    def start(self, languages: Sequence[str], urgency: float) -> int:
        """Start to follow the list of everything live in these languages; return the chain's number.

        Without languages only the first page of everything is read.
        """
        return self._begin(lambda number, outcome: self._follow(number, tuple(languages), urgency, outcome))

    def look_up(self, user_ids: Sequence[str]) -> int:
        """Start to ask for the streams of these users, 100 at a time; return the chain's number."""
        return self._begin(lambda number, outcome: self._find(number, user_ids, outcome))

    def results(self) -> Iterator[Fetched | Ended]:
        """Yield what the chains bring, as it comes, until all have ended or the deadline has passed."""
        patience = GRACE_SECONDS
        while self._ended < self._started and patience > 0:
            try:
                result = self._results.get(timeout=POLL_SECONDS)
            except queue.Empty:
                patience = patience - POLL_SECONDS if self._deadline.reason else GRACE_SECONDS
                continue
            self._ended += isinstance(result, Ended)
            yield result

    def _begin(self, work: Work) -> int:
        number = self._started
        self._started += 1
        # a daemon: neither the deadline nor the end of the process waits for a call that hangs
        name = f"chain {number}"
        threading.Thread(target=self._run, args=(number, work), name=name, daemon=True).start()
        return number

    def _run(self, number: int, work: Work) -> None:
        outcome, started = _Outcome(), epoch_seconds(self._deadline.now())
        try:
            work(number, outcome)
        except OutOfTime as end:
            outcome.stop, outcome.error = Stop(end.reason, False), end.problem
        except ApiError as error:
            outcome.cut(f"error: {error.reason}", error)
        except RefusedCredentials as error:
            outcome.cut("error: credentials refused", error)
        except Exception as error:
            outcome.cut(f"error: {type(error).__name__}", error)
            raise
        finally:
            seconds = round(max(epoch_seconds(self._deadline.now()) - started, 0.0), 3)
            self._results.put(Ended(number, outcome.stop, seconds, tuple(outcome.refused), outcome.error))

    def _find(self, number: int, user_ids: Sequence[str], outcome: _Outcome) -> None:
        for some in in_parts(user_ids, IDS_A_CALL):
            asked = [("user_id", one) for one in some]
            self._put(number, self._helix.get("streams", [*asked, ("first", str(PAGE_ROWS))])["data"])
        outcome.stop = BY_ID

    def _put(self, number: int, rows: Rows) -> None:
        self._results.put(Fetched(number, *to_arrow(rows, self._observed_at)))

    def _follow(self, number: int, languages: tuple[str, ...], urgency: float, outcome: _Outcome) -> None:
        """Read one list; where the platform refuses its languages, read each half, down to the odd ones."""
        if self._is_accepted(number, languages, urgency, outcome):
            return
        if len(languages) == 1:
            outcome.refused += languages
            outcome.stop = Stop("language refused", True)
            return
        half = len(languages) // 2
        stops = []
        for some in (languages[:half], languages[half:]):
            self._follow(number, some, urgency, outcome)
            stops.append(outcome.stop)
        outcome.stop = min(stops, key=lambda stop: stop.is_complete)

    def _is_accepted(
        self, number: int, languages: tuple[str, ...], urgency: float, outcome: _Outcome
    ) -> bool:
        """Read one list; False when its first call is answered with 400."""
        pages = self._helix.pages("streams", [("language", one) for one in languages], urgency=urgency)
        is_begun = False
        try:
            for rows in pages:
                self._put(number, rows)
                is_begun = True
                if not languages:
                    outcome.stop = FIRST_PAGE
                    return True
        except ApiError as error:
            if error.status == 400 and languages and not is_begun:
                return False
            raise
        outcome.stop = pages.stop or outcome.stop
        return True
