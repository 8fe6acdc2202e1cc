"""Asks for several batches of a service at once, and hands what comes of them to one reader."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

Batch = TypeVar("Batch")
Row = dict[str, Any]
POLL_SECONDS = 0.5


class Ended(NamedTuple):
    """The end of a batch, and the error that cut it short, None if none did."""

    error: Exception | None


@dataclass
class Quota:
    """The units of a day's quota: `most` (None: any number), those spent by day, those held for batches."""

    most: int | None
    spent: dict[date, int]
    held: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def hold(self, day: date, units: int) -> bool:
        """Keep units for a batch; False where too few are left."""
        with self._lock:
            if self.most is not None and self.spent.get(day, 0) + self.held + units > self.most:
                return False
            self.held += units
            return True

    def give_back(self, units: int) -> None:
        """Keep units no longer for a batch that has ended."""
        with self._lock:
            self.held -= units

    def spend(self, day: date, units: int) -> None:
        """Note what a call has cost."""
        with self._lock:
            self.spent[day] = self.spent.get(day, 0) + units


class AtOnce(Generic[Batch]):
    """Threads that take batches in turn, ask for each, and put its rows before one reader."""

    def __init__(self, ask: Callable[[Batch], Iterator[Row]], batches: Iterator[Batch], most: int) -> None:
        """Take what asks for a batch, the batches, and how many threads ask at once."""
        self._ask, self._batches, self._running = ask, batches, most
        self._lock, self._is_over = threading.Lock(), False
        # a reader that lags behind holds the threads up: what has not landed stays little
        self._results: queue.Queue[Row | Ended | None] = queue.Queue(most)
        for number in range(most):
            # a daemon: the end of the process waits for no call that hangs
            threading.Thread(target=self._run, name=f"asker {number}", daemon=True).start()

    def results(self) -> Iterator[Row | Ended | None]:
        """Yield rows and ends of batches as they come, until all threads have ended; None: none came."""
        while self._running:
            try:
                result = self._results.get(timeout=POLL_SECONDS)
            except queue.Empty:
                yield None
                continue
            if result is None:
                self._running -= 1
            else:
                yield result

    def stop(self) -> None:
        """Let no more batches begin."""
        with self._lock:
            self._is_over = True

    def _run(self) -> None:
        try:
            while (batch := self._next()) is not None:
                self._results.put(Ended(self._asked(batch)))
        except Exception as error:  # of the batches
            self._results.put(Ended(error))
        finally:
            # whatever happened: the reader waits until every thread has ended
            self._results.put(None)

    def _asked(self, batch: Batch) -> Exception | None:
        try:
            for row in self._ask(batch):
                self._results.put(row)
        except Exception as error:  # which the reader raises
            return error
        return None

    def _next(self) -> Batch | None:
        with self._lock:
            return None if self._is_over else next(self._batches, None)
