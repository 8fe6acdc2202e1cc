"""What one run of everything that is due has in common, and what it comes to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from ingestion.clock import Deadline
from ingestion.settings import Settings
from ingestion.sources.reading import Catalogue


@dataclass
class Outcome:
    """What a run did: items due, asked, not answered, found; calls; and sentences.

    `ended` say why a service was asked no further, `problems` what cannot be read of the list, of kinds and
    of answers, `notes` what waits.
    """

    due: int = 0
    asked: int = 0
    failed: int = 0
    calls: int = 0
    found: int = 0
    ended: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Run:
    """One run: what its services share; `lock` is held by whoever changes any of it."""

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        deadline: Deadline,
        on_progress: Callable[[int, int], None],
    ) -> None:
        """Take the settings, the kinds, when all is over, and what gets items asked for and due."""
        self.settings, self.catalogue, self.deadline = settings, catalogue, deadline
        self.on_progress, self.outcome = on_progress, Outcome()
        self.lock = Lock()

    def tell_end(self, sentence: str) -> None:
        """Note why a service is asked no further."""
        with self.lock:
            self.outcome.ended.append(sentence)

    def note(self, sentence: str) -> None:
        """Note what waits, and why."""
        with self.lock:
            self.outcome.notes.append(sentence)
