"""Reads one answer as its kind says: readings, what is known of the items, who is missing, what is wrong."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from ingestion.sources.kind import Discover, Endpoint, Kind, Metric
from ingestion.sources.paths import find, find_all
from ingestion.sources.values import NoNumber, number, statistic

ZERO = Decimal(0)


class Reading(NamedTuple):
    """A metric of an item; `value` None is unknown, `is_missing` that the answer had no such item."""

    item_id: str
    metric: str
    sort: str
    value: Decimal | None
    is_missing: bool


class Fault(NamedTuple):
    """What could not be read: of one item and metric, or "" of all; `keys` lead to it in the kind."""

    item_id: str
    metric: str
    keys: tuple[str, ...]
    reason: str


class Found(NamedTuple):
    """An item that an answer lists."""

    kind: str
    item_id: str
    label: str


@dataclass
class Parsed:
    """What one answer says."""

    readings: list[Reading] = field(default_factory=list)
    metadata: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)


def parse(kind: Kind, ids: Sequence[str], body: bytes | None, status: int | None) -> Parsed:
    """Return what an answer to a call for `ids` says; without a body only its status does."""
    parsed = Parsed()
    if body is None:
        if any(
            one.status_code == status and one.action == "missing" for one in kind.endpoint.response_actions
        ):
            _note_missing(kind, ids, parsed)
        return parsed
    try:
        records = records_of(kind, kind.endpoint, ids, json.loads(body))
    except NoRecords as error:
        parsed.faults.append(Fault("", "", ("endpoint", error.key), str(error)))
        return parsed
    for item_id in ids:
        if item_id in records:
            _read(kind, item_id, records[item_id], parsed)
    _note_missing(kind, [item_id for item_id in ids if item_id not in records], parsed)
    return parsed


class NoRecords(ValueError):
    """An answer without records where the kind looks for them; `key` is the kind's word for that."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def records_of(kind: Kind, endpoint: Endpoint, ids: Sequence[str], answer: Any) -> dict[str, Any]:
    """Return the record of each id that the answer has.

    Raises:
        NoRecords: there are none where the kind looks, or none has a key.
    """
    matches = find_all(answer, endpoint.data_selector)
    if not matches and endpoint.data_required:
        raise NoRecords("data_selector", f"the answer has nothing at {endpoint.data_selector}")
    several = matches[0] if len(matches) == 1 and isinstance(matches[0], list) else matches
    if endpoint.key is None:
        return {ids[0]: matches[0]} if matches else {}
    keyed = [(find(record, endpoint.key), record) for record in several]
    if keyed and all(key is None for key, _ in keyed):
        raise NoRecords("key", f"no record of the answer has anything at {endpoint.key}")
    spelt = {str(key).lower() if kind.lower else str(key): record for key, record in keyed}
    return {item_id: spelt[item_id] for item_id in ids if item_id in spelt}


def _note_missing(kind: Kind, ids: Sequence[str], parsed: Parsed) -> None:
    parsed.missing += ids
    value = ZERO if kind.missing == "zero" else None
    for item_id in ids:
        for name, sort in sorts(kind).items():
            parsed.readings.append(Reading(item_id, name, sort, value, True))


def sorts(kind: Kind) -> dict[str, str]:
    """Return whether each metric of a kind is a counter or a gauge, by its name."""
    found: dict[str, str] = {name: metric.sort for name, metric in kind.metrics.items()}
    if kind.aggregate:
        found["count"] = "gauge"
        found |= {
            f"{name}_{stat}": "gauge" for name in kind.aggregate.values for stat in kind.aggregate.stats
        }
    return found


def _read(kind: Kind, item_id: str, record: Any, parsed: Parsed) -> None:
    for name, metric in kind.metrics.items():
        try:
            parsed.readings.append(Reading(item_id, name, metric.sort, _value(record, metric), False))
        except NoNumber as error:
            parsed.faults.append(Fault(item_id, name, ("metrics", name), str(error)))
    if kind.aggregate:
        try:
            parsed.readings += list(_aggregated(kind, item_id, record))
        except NoNumber as error:
            parsed.faults.append(Fault(item_id, "", ("aggregate",), str(error)))
    known = {name: _first(record, paths) for name, paths in kind.metadata.items()}
    parsed.metadata[item_id] = {name: value for name, value in known.items() if value is not None}
    if kind.discover:
        try:
            parsed.found += list(_found(kind.discover, record))
        except NoNumber as error:
            parsed.faults.append(Fault(item_id, "", ("discover",), str(error)))


def _first(record: Any, paths: Sequence[str]) -> Any:
    return next((value for path in paths if (value := find(record, path)) is not None), None)


def _value(record: Any, metric: Metric) -> Decimal | None:
    if any(find(record, path) == hidden for path, hidden in metric.hidden_when.items()):
        return None
    value = find(record, metric.path)
    if value is not None:
        try:
            return number(value, metric.type, metric.parse)
        except NoNumber as error:
            raise NoNumber(f"at {metric.path} {error}") from None
    if metric.absent == "fault":
        raise NoNumber(f"there is nothing at {metric.path}")
    return ZERO if metric.absent == "zero" else None


def _elements(record: Any, path: str) -> list[Any]:
    matches = find_all(record, path)
    if len(matches) != 1 or not isinstance(matches[0], list):
        raise NoNumber(f"there is no list at {path}")
    elements: list[Any] = matches[0]
    return elements


def _aggregated(kind: Kind, item_id: str, record: Any) -> Iterator[Reading]:
    aggregate = kind.aggregate
    if aggregate is None:
        return
    elements = _elements(record, aggregate.over)
    yield Reading(item_id, "count", "gauge", Decimal(len(elements)), False)
    for name, spec in aggregate.values.items():
        values = [number(find(one, spec.path), "number", spec.parse) for one in elements]
        for stat in aggregate.stats:
            value = statistic(stat, values) if values else None
            yield Reading(item_id, f"{name}_{stat}", "gauge", value, False)


def _found(discover: Discover, record: Any) -> Iterator[Found]:
    for element in _elements(record, discover.each):
        if any(find(element, path) == value for path, value in discover.unless.items()):
            continue
        item_id = find(element, discover.id)
        if item_id is None:
            raise NoNumber(f"there is nothing at {discover.id}")
        label = find(element, discover.label) if discover.label else None
        yield Found(discover.kind, str(item_id), "" if label is None else str(label))
