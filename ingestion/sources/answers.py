"""The landed answers of services, whole and unread, and the rows of raw that their kinds make of them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.arrow import TEXT, TIME, WHOLE, arrow_schema
from ingestion.landing import files as landing
from ingestion.sources.parsing import Fault, Parsed, parse
from ingestion.sources.reading import Catalogue, Described

TRACKED = "tracked"
DECIMAL = pa.decimal128(24, 6)
# why a call was made: for a reading, because an item was added, or only to see whether it is there
READ, ADD, CHECK = "read", "add", "check"

ANSWERS_SCHEMA = arrow_schema(
    kind=TEXT,
    ids=pa.list_(TEXT),
    labels=pa.list_(TEXT),
    purpose=TEXT,
    asked_at=TIME,
    answered_at=TIME,
    status=WHOLE,
    reason=TEXT,
    calls=WHOLE,
    units=WHOLE,
    units_per_day=WHOLE,
    quota_date=pa.date32(),
    body=pa.binary(),
)
READINGS_SCHEMA = arrow_schema(
    kind=TEXT,
    item_id=TEXT,
    metric=TEXT,
    sort=TEXT,
    observed_at=TIME,
    value=DECIMAL,
    is_missing=pa.bool_(),
    every_seconds=WHOLE,
)
FACTS_SCHEMA = arrow_schema(kind=TEXT, item_id=TEXT, observed_at=TIME, label=TEXT, metadata_json=TEXT)
FAULTS_SCHEMA = arrow_schema(kind=TEXT, item_id=TEXT, metric=TEXT, observed_at=TIME, reason=TEXT)
CALLS_SCHEMA = arrow_schema(
    call_id=TEXT,
    service=TEXT,
    kind=TEXT,
    observed_at=TIME,
    quota_date=pa.date32(),
    asked=WHOLE,
    calls=WHOLE,
    units=WHOLE,
    units_per_day=WHOLE,
    is_answered=pa.bool_(),
    reason=TEXT,
)
SCHEMAS = {
    "readings": READINGS_SCHEMA,
    "tracked_facts": FACTS_SCHEMA,
    "tracked_faults": FAULTS_SCHEMA,
    "tracked_calls": CALLS_SCHEMA,
}


def land_answers(landing_zone: Path, service: str, answers: list[dict[str, Any]]) -> Path:
    """Land answers of a service, rows of ANSWERS_SCHEMA, under the first free second.

    Raises:
        NotLanded: the disk refused; nothing is left under the final name.
    """
    record = {
        "kind": TRACKED,
        "platform": TRACKED,
        "service": service,
        "rows": len(answers),
        "asked": sum(len(answer["ids"]) for answer in answers),
    }
    table = pa.Table.from_pylist(answers, schema=ANSWERS_SCHEMA)
    while True:
        second = landing.free_second(landing_zone, TRACKED, service, answers[0]["asked_at"])
        try:
            return landing.land(landing_zone, landing.batch_path(TRACKED, service, second), table, record)
        except landing.AlreadyLanded:  # another process was faster
            continue


def sentence_of(described: Described, fault: Fault) -> str:
    """Return where a kind has the words that led to a fault, and what was found there."""
    of = f" of {fault.item_id}" if fault.item_id else ""
    name = ".".join(filter(None, (described.name, fault.metric)))
    return f"{described.where(*fault.keys)}: {name}{of}: {fault.reason}"


@dataclass
class Rows:
    """The rows of raw of some answers, by table, and a sentence for the first fault of each place."""

    catalogue: Catalogue
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in SCHEMAS})
    sentences: dict[tuple[str, ...], str] = field(default_factory=dict)
    _known: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def add(self, service: str, call_id: str, answer: Mapping[str, Any]) -> None:
        """Take in an answer, a row of ANSWERS_SCHEMA; `call_id` tells its call from all others."""
        self._add_call(service, call_id, answer)
        if answer["purpose"] == CHECK:
            return
        kind, at = answer["kind"], answer["answered_at"]
        described = self.catalogue.kinds.get(kind)
        if described is None:
            self.sentences[(kind,)] = f"there is no kind {kind} any more: answers to it have landed and wait"
            self._add_faults(kind, at, [Fault("", "", (), "there is no such kind any more")])
            return
        parsed = parse(described.kind, answer["ids"], answer["body"], answer["status"])
        every = int(described.kind.schedule.every.total_seconds())
        for fault in parsed.faults:
            self.sentences.setdefault((kind, *fault.keys), sentence_of(described, fault))
        self._add_faults(kind, at, parsed.faults)
        for reading in parsed.readings:
            # what was not there when it was to be added is no item
            if not (reading.is_missing and answer["purpose"] == ADD):
                row = {"kind": kind, "observed_at": at, "every_seconds": every, **reading._asdict()}
                self.tables["readings"].append(row)
        self._add_facts(kind, at, answer, parsed)

    def arrow(self) -> dict[str, pa.Table]:
        """Return the tables."""
        return {name: pa.Table.from_pylist(rows, schema=SCHEMAS[name]) for name, rows in self.tables.items()}

    def _add_call(self, service: str, call_id: str, answer: Mapping[str, Any]) -> None:
        names = ("kind", "quota_date", "calls", "units", "units_per_day", "reason")
        call = {
            "call_id": call_id,
            "service": service,
            "observed_at": answer["answered_at"],
            "asked": len(answer["ids"]),
            "is_answered": answer["body"] is not None,
        }
        self.tables["tracked_calls"].append(call | {name: answer[name] for name in names})

    def _add_faults(self, kind: str, at: datetime, faults: Iterable[Fault]) -> None:
        self.tables["tracked_faults"] += [
            {
                "kind": kind,
                "item_id": fault.item_id or None,
                "metric": fault.metric or None,
                "observed_at": at,
                "reason": fault.reason,
            }
            for fault in faults
        ]

    def _add_facts(self, kind: str, at: datetime, answer: Mapping[str, Any], parsed: Parsed) -> None:
        labels = dict(zip(answer["ids"], answer["labels"], strict=True))
        for item_id, metadata in parsed.metadata.items():
            known = labels[item_id], json.dumps(metadata, sort_keys=True, ensure_ascii=True)
            if self._known.get((kind, item_id)) != known:
                self._known[kind, item_id] = known
                facts = {"label": known[0] or None, "metadata_json": known[1]}
                row = {"kind": kind, "item_id": item_id, "observed_at": at, **facts}
                self.tables["tracked_facts"].append(row)


def read_answers(path: Path) -> Iterable[dict[str, Any]]:
    """Yield the rows of a landed file."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=64):
            yield from batch.to_pylist()
