"""Reads and edits `tracked.csv`, the list of what is tracked: kind, id, label, until."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock

from ingestion.disk import fsync
from ingestion.exits import Refused
from ingestion.settings import Settings
from ingestion.sources.reading import Catalogue

HEADER = ["kind", "id", "label", "until"]
WAIT_SECONDS = 20


class BadList(Refused):
    """`tracked.csv` is no such list; the message says where and what to do."""


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


def list_file(settings: Settings) -> Path:
    """Return where the list is."""
    return settings.root / "tracked.csv"


def read_items(settings: Settings, catalogue: Catalogue) -> tuple[list[Item], list[str]]:
    """Return the items that can be tracked, each once, and a sentence for each line that is none.

    Raises:
        BadList: the file is no such table.
    """
    items: dict[tuple[str, str], Item] = {}
    faults: list[str] = []
    for line, row in _rows(list_file(settings)):
        try:
            item = _item(catalogue, row)
        except ValueError as error:
            faults.append(f"{list_file(settings)}, line {line}: {error}")
        else:
            items.setdefault(item.key, item)
    return list(items.values()), faults


def add_items(settings: Settings, items: Iterable[Item]) -> None:
    """Append items to the list."""

    def added(rows: list[list[str]]) -> list[list[str]]:
        return rows + [[item.kind, item.item_id, item.label, _spelt(item.until)] for item in items]

    _edit(settings, added)


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

    _edit(settings, without)


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
    kind, item_id = row["kind"].strip(), row["id"].strip()
    if kind not in catalogue.kinds:
        raise ValueError(f"there is no kind {kind!r}; see python -m ingestion track kinds")
    until = row["until"].strip()
    spelt = catalogue.kinds[kind].kind.spelt(item_id)
    return Item(kind, spelt, row["label"].strip(), parse_until(until) if until else None)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    for line, cells in _cells(path):
        if any(cell.strip() for cell in cells):
            yield line, dict(zip(HEADER, [*cells, *[""] * len(HEADER)], strict=False))


def _cells(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows below the header, each with its line."""
    if not path.exists():
        return []
    try:
        reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True)
        rows = [(reader.line_num, cells) for cells in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadList(f"{path}: this is no CSV in UTF-8 ({error}); save it as that") from error
    if rows and [cell.strip() for cell in rows[0][1]] != HEADER:
        raise BadList(f"{path}, line 1: the columns are {','.join(HEADER)}; write that as the first line")
    return rows[1:]


def _edit(settings: Settings, change: Callable[[list[list[str]]], list[list[str]]]) -> None:
    path = list_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(settings):
        rows = change([cells for _, cells in _cells(path)])
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([HEADER, *rows])
        new = path.with_name(f".{path.name}.tmp")
        new.write_text(text.getvalue(), encoding="utf-8")
        fsync(new)
        new.replace(path)
        fsync(path.parent)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    with FileLock(settings.root / "tracked.lock", timeout=WAIT_SECONDS):
        yield


def _spelt(until: datetime | None) -> str:
    return until.isoformat(timespec="seconds") if until else ""
