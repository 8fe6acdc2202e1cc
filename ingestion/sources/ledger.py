"""What the landed answers say of each item and each day's quota: when it was asked, whether it is gone.

Each service has a ledger, made from its landed files alone. What it knows is kept in
`tracked-state-<service>.json`, so that a run reads only files that are newer; without that file all are read
again.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ingestion.disk import replace
from ingestion.landing.store import at_hand, in_turn
from ingestion.settings import Settings
from ingestion.sources.answers import ADD, READ, TRACKED, read_answers, sentence_of
from ingestion.sources.parsing import Found, parse
from ingestion.sources.reading import Catalogue

VERSION = 2


@dataclass
class State:
    """What is known of an item: when it was last asked for, misses in a row, since when it is gone."""

    asked_at: datetime
    misses: int = 0
    gone_at: datetime | None = None


@dataclass
class Ledger:
    """What the answers taken in say; `read` is the newest of a kind, `folded` their newest day, its files."""

    items: dict[tuple[str, str], State] = field(default_factory=dict)
    units: dict[date, int] = field(default_factory=dict)
    found: dict[tuple[str, str], str] = field(default_factory=dict)
    read: dict[str, datetime] = field(default_factory=dict)
    folded: tuple[str, set[str]] = field(default_factory=lambda: ("", set()))
    sentences: dict[tuple[str, ...], str] = field(default_factory=dict)

    def take_in(self, catalogue: Catalogue, path: Path, answers: Iterator[Mapping[str, Any]]) -> list[Found]:
        """Take in the answers of a landed file; return the items that they list for the first time."""
        day, (newest, names) = path.parent.name, self.folded
        self.folded = (day, {path.name}) if day > newest else (newest, {*names, path.name})
        found: list[Found] = []
        for answer in answers:
            spent = self.units.get(answer["quota_date"], 0)
            self.units[answer["quota_date"]] = spent + answer["units"]
            found += self._judge(catalogue, answer)
        return found

    def units_spent(self, day: date) -> int:
        """Return what the calls of a day of the quota have cost."""
        return self.units.get(day, 0)

    def _judge(self, catalogue: Catalogue, answer: Mapping[str, Any]) -> list[Found]:
        described = catalogue.kinds.get(answer["kind"])
        if described is None or answer["purpose"] not in (READ, ADD):
            return []
        parsed = parse(described.kind, answer["ids"], answer["body"], answer["status"])
        for fault in parsed.faults:
            self.sentences.setdefault((described.name, *fault.keys), sentence_of(described, fault))
        missing, at = set(parsed.missing), answer["answered_at"]
        if parsed.readings or parsed.found:
            self.read[described.name] = max(self.read.get(described.name, at), at)
        for item_id in answer["ids"]:
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
            "units": [[str(day), units] for day, units in self.units.items()],
            "found": [[*key, label] for key, label in self.found.items()],
            "read": {kind: _iso(at) for kind, at in self.read.items()},
            "folded": [self.folded[0], sorted(self.folded[1])],
        }
        replace(path, json.dumps(kept))


def read_ledger(settings: Settings, catalogue: Catalogue, service: str) -> tuple[Ledger, list[Found]]:
    """Return the ledger of all that a service has answered, and the items listed there that are new to it."""
    ledger = kept_ledger(settings, service)
    found: list[Found] = []
    new = at_hand(settings.landing, lambda landing: sorted(_unfolded(landing / TRACKED / service, ledger)))
    for path, copy in in_turn(new):
        found += ledger.take_in(catalogue, path, iter(read_answers(copy)))
    return ledger, found


def all_items(settings: Settings, catalogue: Catalogue) -> Ledger:
    """Return a ledger of the items of all services, which knows nothing else."""
    services = sorted({described.service_name for described in catalogue.kinds.values()})
    ledgers = [read_ledger(settings, catalogue, service)[0] for service in services]
    return Ledger({key: state for ledger in ledgers for key, state in ledger.items.items()})


def state_file(settings: Settings, service: str) -> Path:
    """Return where a service's ledger is kept."""
    return settings.root / f"tracked-state-{service}.json"


def kept_ledger(settings: Settings, service: str) -> Ledger:
    """Return the ledger as it was kept last, without a look at what has landed since."""
    try:
        kept = json.loads(state_file(settings, service).read_text())
        if kept["version"] != VERSION:
            return Ledger()
        return Ledger(
            {
                (kind, item_id): State(datetime.fromisoformat(at), misses, _moment(gone))
                for kind, item_id, at, misses, gone in kept["items"]
            },
            {date.fromisoformat(day): units for day, units in kept["units"]},
            {(kind, item_id): label for kind, item_id, label in kept["found"]},
            {kind: datetime.fromisoformat(at) for kind, at in kept["read"].items()},
            (kept["folded"][0], set(kept["folded"][1])),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Ledger()


def _unfolded(landed: Path, ledger: Ledger) -> Iterator[Path]:
    day, names = ledger.folded
    for folder in landed.glob("[0-9]*"):
        if folder.name >= day:
            files = folder.glob("[0-9]*.parquet")
            yield from (path for path in files if folder.name > day or path.name not in names)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
