"""Adds items to what is tracked: one that the service was asked for, or those that answers list."""

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from ingestion.client.application import RefusedCredentials
from ingestion.client.http import ApiError
from ingestion.clock import Deadline, Now, OutOfTime, Sleep
from ingestion.csv_list import BadList
from ingestion.exits import Refused
from ingestion.settings import Settings
from ingestion.sources.answers import ADD, CHECK, land_answers, sentence_of
from ingestion.sources.ledger import read_ledger
from ingestion.sources.parsing import Found, NoRecords, parse, records_of
from ingestion.sources.reading import Catalogue, Described
from ingestion.sources.tracked import Item, add_items, read_items
from ingestion.track.asking import Asker, quota_date
from ingestion.track.service import ServiceCalls, access_to

ADD_SECONDS = 60.0


class NoSuchItem(Refused):
    """The service knows no such item, or its answer cannot be read; the message says which."""


def add_item(
    settings: Settings,
    catalogue: Catalogue,
    kind: str,
    item_id: str,
    *,
    label: str = "",
    until: datetime | None = None,
    now: Now,
    sleep: Sleep | None = None,
) -> Item:
    """Ask for an item once, land the answer, and put the item on the list; return it.

    Raises:
        BadDescription, BadList, NoSuchItem: there is no such kind; it is tracked already; it does not exist.
        MissingSetting, WrongSettings, RefusedCredentials, ApiError: the service cannot be asked.
    """
    described = catalogue.find(kind)
    if described.service.switched_off:
        raise NoSuchItem(f"{kind} is switched off: {described.service.switched_off}")
    try:
        spelt = described.kind.spelt(item_id)
    except ValueError as error:
        raise NoSuchItem(f"{kind}: {error}") from None
    ends = described.kind.schedule.ends_after
    item = Item(kind, spelt, label, until or (now() + ends if ends else None))
    if item.key in {one.key for one in read_items(settings, catalogue)[0]}:
        raise BadList(f"{kind} {spelt} is tracked already; see python -m ingestion track list")
    _ask(settings, catalogue, described, item, Deadline(now, sleep, ADD_SECONDS))
    add_items(settings, [item])
    return item


def adopt(settings: Settings, catalogue: Catalogue, found: Iterable[Found], now: Now) -> int:
    """Put items that answers list on the list of what is tracked; return how many are new."""
    new: dict[tuple[str, str], Item] = {}
    for one in found:
        described = catalogue.kinds.get(one.kind)
        if described is None:
            continue
        try:
            item_id = described.kind.spelt(one.item_id)
        except ValueError:
            continue
        ends = described.kind.schedule.ends_after
        item = Item(one.kind, item_id, one.label, now() + ends if ends else None)
        new.setdefault(item.key, item)
    if new:
        known = {item.key for item in read_items(settings, catalogue)[0]}
        new = {key: item for key, item in new.items() if key not in known}
    if new:
        add_items(settings, new.values())
    return len(new)


def _ask(
    settings: Settings, catalogue: Catalogue, described: Described, item: Item, deadline: Deadline
) -> None:
    access = access_to(described.service)
    calls = ServiceCalls(described.service_name, described.service, access, settings, deadline)
    _refuse_spent(settings, catalogue, described, calls, deadline)
    endpoint = described.kind.exists or described.kind.endpoint
    purpose = CHECK if described.kind.exists else ADD
    answers = []
    error: Exception | None = None
    try:
        for answer in Asker(calls, deadline.now).ask(described, [item], purpose, endpoint):
            answers.append(answer)
    except (ApiError, RefusedCredentials) as failed:
        error = failed
    except OutOfTime as end:
        error = (
            end.problem
            if isinstance(end.problem, ApiError)
            else NoSuchItem(
                f"{described.name} {item.item_id}: no answer came in {ADD_SECONDS:.0f} s; add it again later"
            )
        )
    if answers:
        land_answers(settings.landing, described.service_name, answers)
    if error:
        raise error
    _refuse_missing(described, item, answers[-1]["body"], answers[-1]["status"], answers[-1]["reason"])


def _refuse_spent(
    settings: Settings, catalogue: Catalogue, described: Described, calls: ServiceCalls, deadline: Deadline
) -> None:
    most = calls.bounds.units_per_day
    day = quota_date(calls.bounds, deadline.now())
    if most is not None:
        ledger, _ = read_ledger(settings, catalogue, described.service_name)
        if ledger.units_spent(day) + described.kind.endpoint.units > most:
            raise NoSuchItem(
                f"{described.service_name}: the {most:,} units of {day} are spent; "
                "add it tomorrow, or write it into tracked.csv"
            )


def _refuse_missing(
    described: Described, item: Item, body: bytes | None, status: int | None, reason: str | None
) -> None:
    kind = described.kind
    nowhere = NoSuchItem(
        f"{described.service.title} has no {described.name} {item.item_id}; nothing was added"
    )
    if kind.exists:
        records = {}
        with suppress(NoRecords):
            records = records_of(kind, kind.exists, [item.item_id], json.loads(body)) if body else {}
        if not records:
            raise nowhere
        return
    parsed = parse(kind, [item.item_id], body, status)
    if parsed.faults:
        raise NoSuchItem(f"{sentence_of(described, parsed.faults[0])}; nothing was added")
    if body is None and not parsed.missing:
        raise NoSuchItem(f"{reason}; nothing was added")
    if parsed.missing and kind.missing != "zero":
        raise nowhere
