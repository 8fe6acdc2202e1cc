"""The services that are tracked, as whoever schedules them or watches over them sees them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ingestion.clock import longest_silence
from ingestion.settings import Settings
from ingestion.sources.due import due_items, has_ended
from ingestion.sources.ledger import kept_ledger
from ingestion.sources.parsing import sorts
from ingestion.sources.reading import Catalogue, Described, read_catalogue
from ingestion.sources.tracked import Item, read_items, tracked_list


@dataclass(frozen=True)
class TrackedKind:
    """A kind, how often its items are asked for, and whether that makes readings (or only finds items)."""

    name: str
    every: timedelta
    has_readings: bool = True

    @property
    def longest_silence(self) -> timedelta:
        """After how long without a reading something is wrong."""
        return longest_silence(self.every)


@dataclass(frozen=True)
class TrackedService:
    """A service with the kinds that its description has, and those of them that have items to ask for."""

    name: str
    title: str
    kinds: tuple[TrackedKind, ...]
    tracked: tuple[TrackedKind, ...] = ()

    @property
    def every(self) -> timedelta:
        """The shortest time between two readings of an item."""
        return min(kind.every for kind in self.kinds)

    @property
    def longest_silence(self) -> timedelta | None:
        """After how long without an answer something is wrong; None where there is nothing to ask for."""
        return min((kind.longest_silence for kind in self.tracked), default=None)


def tracked_services(settings: Settings, now: datetime) -> list[TrackedService]:
    """Return the services that have items to be asked for, in order of their names.

    Raises:
        BadList: `tracked.csv` is no such table.
    """
    if not tracked_list(settings).path.exists():
        return []
    catalogue = read_catalogue(settings)
    tracked = set(_asked_for(settings, catalogue, now))
    services = [
        replace(one, tracked=tuple(kind for kind in one.kinds if kind.name in tracked))
        for one in services_of(catalogue)
    ]
    return [one for one in services if one.tracked]


def tracked_kinds(settings: Settings, now: datetime) -> list[TrackedKind]:
    """Return the kinds that have items to be asked for; raises as `tracked_services`."""
    return [kind for service in tracked_services(settings, now) for kind in service.tracked]


def services_of(catalogue: Catalogue) -> list[TrackedService]:
    """Return every described service that is not switched off, in order of their names."""
    by_service: dict[str, list[Described]] = {}
    for described in catalogue.kinds.values():
        if not described.service.switched_off:
            by_service.setdefault(described.service_name, []).append(described)
    return [
        TrackedService(name, kinds[0].service.title, tuple(map(_kind, kinds)))
        for name, kinds in sorted(by_service.items())
    ]


def is_any_due(settings: Settings, service: str, now: datetime) -> bool:
    """Tell whether an item of a service is due, as far as its newest run knew.

    Raises as `tracked_services`.
    """
    catalogue = read_catalogue(settings)
    items = [
        one for one in read_items(settings, catalogue)[0] if catalogue.kinds[one.kind].service_name == service
    ]
    return bool(due_items(catalogue, items, kept_ledger(settings, service), now))


def _asked_for(settings: Settings, catalogue: Catalogue, now: datetime) -> Iterator[str]:
    """Yield the kinds that have an item which has not ended."""
    by_kind: dict[str, list[Item]] = {}
    for item in read_items(settings, catalogue)[0]:
        by_kind.setdefault(item.kind, []).append(item)
    for kind, items in by_kind.items():
        described = catalogue.kinds[kind]
        ledger = kept_ledger(settings, described.service_name)
        if not described.service.switched_off and any(not has_ended(one, ledger, now) for one in items):
            yield kind


def _kind(described: Described) -> TrackedKind:
    return TrackedKind(described.name, described.kind.schedule.every, bool(sorts(described.kind)))
