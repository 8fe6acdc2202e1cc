"""What the contestants of the three questions have in common: the calendar, the steps, the answers."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.three_questions.rows import START

DEPTH = 1000
FIRST_DAY = datetime.fromtimestamp(START, UTC).date().replace(day=1)
EPOCH = datetime.fromtimestamp(0, UTC).date()


@dataclass(frozen=True)
class Answers:
    """The answers in whole numbers, sorted, the same of every contestant.

    months: month, unique streamers, seconds broadcast. growth: month, rank, username, base, followers
    gained, growth. publishers: first day of the quarter, rank or None, publisher, viewer-seconds.
    """

    months: list[list] = field(default_factory=list)
    growth: list[list] = field(default_factory=list)
    publishers: list[list] = field(default_factory=list)


class Contest:
    """One contestant's run: measures its steps and keeps what it found in `folder`/measured.json."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.seconds = {"load": 0.0, "build": 0.0, "questions": 0.0}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the seconds of the block to the step `name`: load, build or questions."""
        began = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - began

    def end(self, answers: Answers) -> None:
        """Write the measured seconds and the answers, each list in one order."""
        found = {name: sorted(rows, key=json.dumps) for name, rows in asdict(answers).items()}
        (self.folder / "measured.json").write_text(json.dumps({"seconds": self.seconds, "answers": found}))


def calendar() -> list[tuple[int, str, str]]:
    """Return each day of the rows: its number since 1970, the first day of its month and of its quarter."""
    days = [FIRST_DAY + timedelta(days=number) for number in range(31 + 365)]
    return [
        (
            (day - EPOCH).days,
            day.replace(day=1).isoformat(),
            day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1).isoformat(),
        )
        for day in days
    ]


def months() -> list[tuple[str, str, int]]:
    """Return each month of the rows, the month before it and the epoch second at which it starts."""
    starts = {month: (day, month) for day, month, _ in reversed(calendar())}
    before = [None, *sorted(starts)]
    return [(month, before[place], starts[month][0] * 86400) for place, month in enumerate(sorted(starts))]
