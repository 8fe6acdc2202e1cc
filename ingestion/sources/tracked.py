"""Reads and edits `tracked.csv`, the list of what is tracked: kind, id, label, until."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ingestion.csv_list import BadList, CsvList
from ingestion.settings import Settings
from ingestion.sources.reading import Catalogue

COLUMNS = ("kind", "id", "label", "until")


@dataclass(frozen=True)
class Item:
    """A tracked item; `until` (naive UTC) is when it ends, None if it does not."""

    kind: str
    item_id: str
    label: str = ""
    until: datetime | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others."""
        return self.kind, self.item_id


def tracked_list(settings: Settings) -> CsvList:
    """Return the list."""
    return CsvList(settings.root / "tracked.csv", COLUMNS)


def read_items(settings: Settings, catalogue: Catalogue) -> tuple[list[Item], list[str]]:
    """Return the items that can be tracked, each once, and a sentence for each line that is none.

    Raises:
        BadList: the file is no such table.
    """
    return tracked_list(settings).read(partial(_item, catalogue), lambda item: item.key)


def add_items(settings: Settings, items: Iterable[Item]) -> None:
    """Append items to the list."""

    def added(rows: list[list[str]]) -> list[list[str]]:
        return rows + [[item.kind, item.item_id, item.label, _spelt(item.until)] for item in items]

    tracked_list(settings).edit(added)


def remove_item(settings: Settings, kind: str, item_id: str) -> None:
    """Take an item off the list; what has been read of it stays.

    Raises:
        BadList: it is not there.
    """

    def without(rows: list[list[str]]) -> list[list[str]]:
        kept = [row for row in rows if [cell.strip() for cell in row[:2]] != [kind, item_id]]
        if len(kept) == len(rows):
            raise BadList(f"{kind} {item_id} is not tracked: see python -m ingestion track list")
        return kept

    tracked_list(settings).edit(without)


def parse_until(text: str) -> datetime:
    """Return a day or a moment, UTC.

    Raises:
        ValueError: it is none.
    """
    try:
        until = datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        raise ValueError(f"until {text!r} is no time such as 2026-12-31 or 2026-12-31T18:00:00") from None
    if until.tzinfo:
        raise ValueError(f"until {text!r} has a time zone; times are UTC")
    return until


def _item(catalogue: Catalogue, row: dict[str, str]) -> Item:
    kind, until = row["kind"], row["until"]
    if kind not in catalogue.kinds:
        raise ValueError(f"there is no kind {kind!r}; see python -m ingestion track kinds")
    spelt = catalogue.kinds[kind].kind.spelt(row["id"])
    return Item(kind, spelt, row["label"], parse_until(until) if until else None)


def _spelt(until: datetime | None) -> str:
    return until.isoformat(timespec="seconds") if until else ""
