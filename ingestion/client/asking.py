"""Asks the platform many questions, a few at once, until all are answered or the budget is spent."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, Generic, TypeVar

import pyarrow as pa

from ingestion.arrow import arrow_schema
from ingestion.client.application import RefusedCredentials
from ingestion.client.http import ApiError
from ingestion.clock import Now, OutOfTime

Question = TypeVar("Question")
Answer = TypeVar("Answer")
OnProgress = Callable[[str, int, int], None]

COST_SCHEMA = arrow_schema(
    platform=pa.string(),
    step=pa.string(),
    begun_at=pa.timestamp("us"),
    finished_at=pa.timestamp("us"),
    asked=pa.int64(),
    found=pa.int64(),
    points_used=pa.int64(),
    is_complete=pa.bool_(),
    rejected=pa.int64(),
)


@dataclass(frozen=True)
class Cost:
    """What one step of enrichment asked for, got and spent; times are naive UTC.

    `is_complete` says whether everything that was due has been asked for; `rejected` counts answers that
    could not be right.
    """

    step: str
    begun_at: datetime
    finished_at: datetime
    asked: int
    found: int
    points_used: int
    is_complete: bool
    rejected: int = 0


@dataclass
class Answers(Generic[Question, Answer]):
    """The answers so far, each with its question; `stopped` is why the rest was not asked for, "" if nothing.

    `problem` is the error that ended the asking, raised only once the answers are safe.
    """

    answers: list[tuple[Question, Answer]] = field(default_factory=list)
    stopped: str = ""
    problem: Exception | None = None


def ask_all(
    questions: Sequence[Question],
    ask: Callable[[Question], Answer],
    *,
    at_once: int = 1,
    on_answer: Callable[[int], None] = lambda answered: None,
) -> Answers[Question, Answer]:
    """Ask the questions in order, with so many calls at once; `on_answer` gets how many are answered.

    The end of the budget, an API that fails for good and refused credentials end the asking; what was
    answered before is returned. Any other error is raised.
    """
    numbers, is_over = count(1), threading.Event()

    def work(question: Question) -> Answer:
        # seen here, because a call must not begin after the one that has ended all of them
        if is_over.is_set():
            raise CancelledError
        try:
            answer = ask(question)
            on_answer(next(numbers))
        except Exception:
            is_over.set()
            raise
        return answer

    with ThreadPoolExecutor(max(min(at_once, len(questions)), 1)) as pool:
        futures = [pool.submit(work, question) for question in questions]
        try:
            wait(futures)
        finally:
            is_over.set()
    return _collected(questions, futures)


def _collected(questions: Sequence[Question], futures: Sequence[Future[Answer]]) -> Answers[Question, Answer]:
    asked: Answers[Question, Answer] = Answers()
    for question, future in zip(questions, futures, strict=True):
        try:
            asked.answers.append((question, future.result()))
        except CancelledError:
            continue
        except OutOfTime as end:
            asked.stopped, asked.problem = end.reason, None
        except (ApiError, RefusedCredentials) as problem:
            asked.stopped, asked.problem = str(problem), problem
    return asked


def in_batches(things: Sequence[Any], size: int) -> list[list[Any]]:
    """Return the things in lists of at most `size`, in order."""
    return [list(things[start : start + size]) for start in range(0, len(things), size)]


def cost_table(platform: str, costs: Sequence[Cost]) -> pa.Table:
    """Return costs as rows of COST_SCHEMA."""
    return pa.Table.from_pylist([{"platform": platform, **vars(cost)} for cost in costs], schema=COST_SCHEMA)


class Meter:
    """Measures one step: make it before, `read` it after."""

    def __init__(self, step: str, now: Now, points_used: Callable[[], int]) -> None:
        """Take the step's name, the clock, and a way to read the points used so far."""
        self.step, self._now, self._points_used = step, now, points_used
        self.begun_at, self._points_before = now(), points_used()

    def read(self, *, asked: int, found: int, is_complete: bool, rejected: int = 0) -> Cost:
        """Return what the step cost since the meter was made."""
        points = self._points_used() - self._points_before
        return Cost(self.step, self.begun_at, self._now(), asked, found, points, is_complete, rejected)
