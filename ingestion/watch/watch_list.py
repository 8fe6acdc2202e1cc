"""Reads and edits `watch.csv`, the list of watched channels: platform, streamer (login or id), since."""

import re
from dataclasses import dataclass
from datetime import date

from ingestion.client.twitch import PLATFORM
from ingestion.csv_list import BadList, CsvList
from ingestion.settings import Settings

COLUMNS = ("platform", "streamer", "since")
LOGIN = re.compile(r"[a-z0-9_]{1,25}")
TOP = re.compile(r"top (\d{1,4})(?: in (.+))?")
MOST_OF_A_RANKING = 1000


@dataclass(frozen=True)
class Watched:
    """A watched channel, by login or id as it is listed: digits are an id. `since` is when it was added."""

    streamer: str
    since: date | None = None

    @property
    def is_id(self) -> bool:
        """Whether it is named by its id."""
        return self.streamer.isdigit()


@dataclass(frozen=True)
class Top:
    """A line that follows a ranking: the `count` with most viewers, of everything or in one `game`."""

    count: int
    game: str = ""
    since: date | None = None

    @property
    def streamer(self) -> str:
        """How it stands in the list."""
        return f"top {self.count} in {self.game}" if self.game else f"top {self.count}"


def watch_list(settings: Settings) -> CsvList:
    """Return the list."""
    return CsvList(settings.root / "watch.csv", COLUMNS)


def read_watched(settings: Settings) -> tuple[list[Watched | Top], list[str]]:
    """Return what is watched, each once, and a sentence for each line that cannot be.

    Raises:
        BadList: the file is no such table.
    """
    return watch_list(settings).read(_watched, lambda one: one.streamer)


def parse_streamer(text: str, since: date | None = None) -> Watched | Top:
    """Return the channel or ranking that a line names.

    Raises:
        ValueError: it is neither.
    """
    name = text.strip()
    if top := TOP.fullmatch(name):
        if not 1 <= int(top[1]) <= MOST_OF_A_RANKING:
            raise ValueError(f"a ranking is followed for its first 1 to {MOST_OF_A_RANKING:,}, not {top[1]}")
        return Top(int(top[1]), top[2] or "", since)
    name = name.lower().removeprefix("#").removeprefix("@")
    if not LOGIN.fullmatch(name):
        raise ValueError(f"{text!r} is no login (letters, digits and _), no id and no top N in a game")
    return Watched(name, since)


def add_watched(settings: Settings, one: Watched | Top) -> None:
    """Append a line to the list.

    Raises:
        BadList: it is there already.
    """
    since = one.since.isoformat() if one.since else ""

    def added(rows: list[list[str]]) -> list[list[str]]:
        if any(_is(row, one) for row in rows):
            raise BadList(f"{one.streamer} is watched already; see python -m ingestion watch list")
        return [*rows, [PLATFORM, one.streamer, since]]

    watch_list(settings).edit(added)


def remove_watched(settings: Settings, one: Watched | Top) -> None:
    """Take a line off the list; what has been gathered stays.

    Raises:
        BadList: it is not there.
    """

    def without(rows: list[list[str]]) -> list[list[str]]:
        kept = [row for row in rows if not _is(row, one)]
        if len(kept) == len(rows):
            raise BadList(f"{one.streamer} is not watched; see python -m ingestion watch list")
        return kept

    watch_list(settings).edit(without)


def _watched(row: dict[str, str]) -> Watched | Top:
    since = date.fromisoformat(row["since"]) if row["since"] else None
    if row["platform"] != PLATFORM:
        raise ValueError(f"{row['platform']!r} has no chat that can be read; it can be {PLATFORM}")
    return parse_streamer(row["streamer"], since)


def _is(row: list[str], one: Watched | Top) -> bool:
    try:
        return row[0].strip() == PLATFORM and parse_streamer(row[1]).streamer == one.streamer
    except (ValueError, IndexError):
        return False
