"""Follows several chains of pages at once, a thread each, and hands what they bring to one reader."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from ingestion.client.application import RefusedCredentials
from ingestion.client.http import ApiError
from ingestion.client.paging import Stop
from ingestion.clock import Deadline, OutOfTime, epoch_seconds
from ingestion.landing.rejects import Reject

# After the deadline a call that is on its way may still bring its page, as long as pages keep coming.
POLL_SECONDS, GRACE_SECONDS = 0.1, 0.5
UNFINISHED = Stop("unfinished", False)


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


# gets the chain's number and a list for the languages that are refused; returns how the chain ended
Work = Callable[[int, list[str]], Stop]


class ChainThreads:
    """Chains that run side by side until they end or the deadline has passed."""

    def __init__(self, deadline: Deadline) -> None:
        """Take the deadline that ends them."""
        self._deadline = deadline
        self._results: queue.SimpleQueue[Fetched | Ended] = queue.SimpleQueue()
        self._started = self._ended = 0

    def begin(self, work: Work) -> int:
        """Start a chain; return its number."""
        number = self._started
        self._started += 1
        # a daemon: neither the deadline nor the end of the process waits for a call that hangs
        name = f"chain {number}"
        threading.Thread(target=self._run, args=(number, work), name=name, daemon=True).start()
        return number

    def put(self, number: int, page: pa.Table, rejects: list[Reject]) -> None:
        """Hand on a page that a chain has brought."""
        self._results.put(Fetched(number, page, rejects))

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

    def _run(self, number: int, work: Work) -> None:
        refused: list[str] = []
        stop, problem, started = UNFINISHED, None, epoch_seconds(self._deadline.now())
        try:
            stop = work(number, refused)
        except OutOfTime as end:
            stop, problem = Stop(end.reason, False), end.problem
        except ApiError as error:
            stop, problem = Stop(f"error: {error.reason}", False), error
        except RefusedCredentials as error:
            stop, problem = Stop("error: credentials refused", False), error
        except Exception as error:
            stop, problem = Stop(f"error: {type(error).__name__}", False), error
            raise
        finally:
            # whatever happened: the reader waits until every chain has ended
            seconds = round(max(epoch_seconds(self._deadline.now()) - started, 0.0), 3)
            self._results.put(Ended(number, stop, seconds, tuple(refused), problem))
