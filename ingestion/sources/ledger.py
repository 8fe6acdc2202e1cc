"""What the landed answers say of each item and each day's quota: when it was asked, whether it is gone.

The ledger is made from the landed files alone. What it knows is kept in `tracked-state.json`, so that a run
reads only files that are newer; without that file all are read again.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ingestion.landing.store import at_hand, in_turn
from ingestion.settings import Settings
from ingestion.sources.answers import ADD, READ, TRACKED, read_answers, sentence_of
from ingestion.sources.parsing import Found, parse
from ingestion.sources.reading import Catalogue

VERSION = 1


@dataclass
class State:
    """What is known of an item: when it was last asked for, misses in a row, since when it is gone."""

    asked_at: datetime
    misses: int = 0
    gone_at: datetime | None = None


@dataclass
class Ledger:
    """What the answers taken in say; `folded` are their newest day and its files by service."""

    items: dict[tuple[str, str], State] = field(default_factory=dict)
    units: dict[tuple[str, date], int] = field(default_factory=dict)
    found: dict[tuple[str, str], str] = field(default_factory=dict)
    folded: dict[str, tuple[str, set[str]]] = field(default_factory=dict)
    sentences: dict[tuple[str, ...], str] = field(default_factory=dict)

    def take_in(self, catalogue: Catalogue, path: Path, answers: Iterator[Mapping[str, Any]]) -> list[Found]:
        """Take in the answers of a landed file; return the items that they list for the first time."""
        service, day = path.parts[-3], path.parts[-2]
        newest, names = self.folded.get(service, ("", set()))
        self.folded[service] = (day, {path.name}) if day > newest else (newest, {*names, path.name})
        found: list[Found] = []
        for answer in answers:
            spent = service, answer["quota_date"]
            self.units[spent] = self.units.get(spent, 0) + answer["units"]
            found += self._judge(catalogue, answer)
        return found

    def units_spent(self, service: str, day: date) -> int:
        """Return what a service's calls of a day of its quota have cost."""
        return self.units.get((service, day), 0)

    def _judge(self, catalogue: Catalogue, answer: Mapping[str, Any]) -> list[Found]:
        described = catalogue.kinds.get(answer["kind"])
        if described is None or answer["purpose"] not in (READ, ADD):
            return []
        parsed = parse(described.kind, answer["ids"], answer["body"], answer["status"])
        for fault in parsed.faults:
            self.sentences.setdefault((described.name, *fault.keys), sentence_of(described, fault))
        missing = set(parsed.missing)
        for item_id in answer["ids"]:
            at = answer["answered_at"]
            state = self.items.setdefault((described.name, item_id), State(at))
            state.asked_at = max(state.asked_at, at)
            if answer["body"] is not None or missing:
                state.misses = state.misses + 1 if item_id in missing else 0
            is_gone = described.kind.missing == "gone" and state.misses >= described.kind.gone_after
            state.gone_at = (state.gone_at or at) if is_gone else None
        new = [one for one in parsed.found if (one.kind, one.item_id) not in self.found]
        self.found |= {(one.kind, one.item_id): one.label for one in new}
        return new

    def write(self, path: Path) -> None:
        """Keep the ledger in a file."""
        kept = {
            "version": VERSION,
            "items": [[*key, _iso(s.asked_at), s.misses, _iso(s.gone_at)] for key, s in self.items.items()],
            "units": [[service, str(day), units] for (service, day), units in self.units.items()],
            "found": [[*key, label] for key, label in self.found.items()],
            "folded": {service: [day, sorted(names)] for service, (day, names) in self.folded.items()},
        }
        new = path.with_name(f".{path.name}.tmp")
        new.write_text(json.dumps(kept))
        new.replace(path)


def read_ledger(settings: Settings, catalogue: Catalogue) -> tuple[Ledger, list[Found]]:
    """Return the ledger of all that has landed, and the items that answers list which it did not know yet."""
    ledger = _kept(state_file(settings))
    found: list[Found] = []
    new = at_hand(settings.landing, lambda landing: sorted(_unfolded(landing, ledger)))
    for path, copy in in_turn(new):
        found += ledger.take_in(catalogue, path, iter(read_answers(copy)))
    return ledger, found


def state_file(settings: Settings) -> Path:
    """Return where the ledger is kept."""
    return settings.root / "tracked-state.json"


def _unfolded(landing: Path, ledger: Ledger) -> Iterator[Path]:
    for folder in (landing / TRACKED).glob("*/[0-9]*"):
        day, names = ledger.folded.get(folder.parent.name, ("", set()))
        if folder.name >= day:
            files = folder.glob("[0-9]*.parquet")
            yield from (path for path in files if folder.name > day or path.name not in names)


def _kept(path: Path) -> Ledger:
    try:
        kept = json.loads(path.read_text())
        if kept["version"] != VERSION:
            return Ledger()
        return Ledger(
            {
                (kind, item_id): State(datetime.fromisoformat(at), misses, _moment(gone))
                for kind, item_id, at, misses, gone in kept["items"]
            },
            {(service, date.fromisoformat(day)): units for service, day, units in kept["units"]},
            {(kind, item_id): label for kind, item_id, label in kept["found"]},
            {service: (day, set(names)) for service, (day, names) in kept["folded"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Ledger()


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
