"""What a step of enrichment is: what it finds due, what it may use to ask, what it brings home."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.client.application import RefusedCredentials
from ingestion.client.asking import Answer, Cost, Meter, OnProgress, Question, ask_all
from ingestion.client.budget import Budget
from ingestion.client.helix import Helix
from ingestion.client.igdb import Igdb
from ingestion.client.twitch import PLATFORM
from ingestion.clock import Now
from ingestion.enrich.names import NAMES_SCHEMA
from ingestion.exits import Stopped
from ingestion.landing.rejects import Reject, answers_table
from ingestion.settings import Settings

# As many calls as wait for an answer while the bucket refills at 13 points a second.
CALLS_AT_ONCE = 4


@dataclass(frozen=True)
class Clients:
    """The platform's clients within a budget, the landing zone and who watches the progress."""

    landing: Path
    helix: Helix
    igdb: Igdb
    now: Now
    on_progress: OnProgress


@dataclass(frozen=True)
class Due:
    """What one step has to ask for, by kind, most urgent first; and what it may spend."""

    step: str
    budget: Budget
    questions: dict[str, Any]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to ask for."""
        return not any(self.questions.values())


@dataclass
class Findings:
    """What a step brought: rows for raw by table, names to land, costs, and by kind what failed."""

    tables: dict[str, pa.Table] = field(default_factory=dict)
    names: pa.Table = field(default_factory=NAMES_SCHEMA.empty_table)
    costs: list[Cost] = field(default_factory=list)
    problems: dict[str, Exception] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        """Whether Twitch refuses the application, which every other question would hear as well."""
        return any(isinstance(problem, RefusedCredentials) for problem in self.problems.values())

    @property
    def points_used(self) -> int:
        """Points of the rate limit that the step cost."""
        return sum(cost.points_used for cost in self.costs)

    def add(self, table: str, rows: Sequence[pa.Table]) -> None:
        """Add rows for a table of raw."""
        if rows:
            self.tables[table] = pa.concat_tables([*filter(None, [self.tables.get(table)]), *rows])


class NotAnswered(Stopped):
    """Kinds of questions that failed, each with why; `costs` says what was asked, and is kept."""

    def __init__(self, problems: Mapping[str, Exception], costs: Sequence[Cost]) -> None:
        super().__init__("; ".join(f"{name}: {problem}" for name, problem in problems.items()))
        self.problems, self.costs = problems, costs


@dataclass(frozen=True)
class Step:
    """One step: `find` reads what is due from raw, `ask` fetches it and opens no warehouse."""

    name: str
    find: Callable[[Settings, duckdb.DuckDBPyConnection, datetime, Budget], dict[str, Any]]
    ask: Callable[[Due, Clients, Findings], None]


def ask_for(
    name: str,
    questions: Sequence[Question],
    ask: Callable[[Question], tuple[Answer, list[Reject]]],
    clients: Clients,
    findings: Findings,
    *,
    size: Callable[[Any], int] = len,
    found: Callable[[Any], int] = len,
    at_once: int = CALLS_AT_ONCE,
) -> list[tuple[Question, Answer]]:
    """Ask all questions; put what that cost, what was rejected and what ended it into `findings`.

    A kind that fails leaves the others alone, unless the application is refused.

    `ask` returns an answer, and what was rejected of it; `size` counts the things that a question asks for,
    `found` those that an answer holds.
    """
    if not questions or findings.is_refused:
        return []
    meter, count = Meter(name, clients.now, lambda: clients.helix.points_used), len(questions)
    asked = ask_all(
        questions, ask, at_once=at_once, on_answer=lambda done: clients.on_progress(name, done, count)
    )
    rejects = [reject for _, (_, some) in asked.answers for reject in some]
    cost = meter.read(
        asked=sum(size(question) for question, _ in asked.answers),
        found=sum(found(answer) for _, (answer, _) in asked.answers),
        is_complete=not asked.stopped,
        rejected=len(rejects),
    )
    findings.costs.append(cost)
    if rejects:
        findings.add("rejected_answers", [answers_table(PLATFORM, name, rejects, cost.finished_at)])
    if asked.problem:
        findings.problems[name] = asked.problem
    return [(question, answer) for question, (answer, _) in asked.answers]
