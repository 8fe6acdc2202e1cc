"""Makes of what a description says of a column the function that reads it from a record.

All is decided when the function is made, because it is called once for each row of a crawl. A value that
cannot be right is Impossible; the reason names the landed column.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from operator import methodcaller
from typing import Any
from zoneinfo import ZoneInfo

from ingestion.fields import Impossible, Row, clean, parse_moment
from ingestion.platforms.columns import PLACE, Column, Rules, TimeColumn

WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)
TRUTH = {"true": True, "1": True, "false": False, "0": False}
Reader = Callable[[Row], Any]


def look_up(value: Any, path: str) -> Any:
    """Return what is at a path of names and dots, None where there is nothing."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def finder(column: Column, name: str, *, strict: bool, blank: str | None = "") -> Reader:
    """Return what finds the column's value as the record spells it, the default where it has none.

    `blank` means none, too.
    """
    looks = [_at(path) for path in column.at] or [_filled(column.template or "")]
    none = frozenset({*([] if blank is None else [blank]), *map(str, column.none)})
    numbers = frozenset() if strict else none - {""}
    default, is_missing = column.default, _missing(column)
    own = _own_field(column)

    def find_own(record: Row) -> Any:
        value = record.get(own)
        return None if value == blank else value

    def find(record: Row) -> Any:
        for look in looks:
            value = look(record)
            if value is None or (type(value) is str and value in none):
                continue
            if numbers and type(value) is int and str(value) in numbers:
                continue
            return value
        if default is None and is_missing(record):
            raise Impossible(f"{name} is missing")
        return default

    is_plain = own and len(looks) == 1 and not (column.none or column.required or default is not None)
    return find_own if is_plain else find


def text_reader(column: Column | None, name: str, rules: Rules) -> Reader:
    """Return what reads a text, None where there is none."""
    if column is None:
        return _nothing
    find, kinds = finder(column, name, strict=rules.strict), (str,) if rules.strict else (str, int)
    is_needed, words, lower = bool(column.required), column.map, column.lower
    own, none = _own_field(column), frozenset(map(str, column.none))

    def read(record: Row) -> str | None:
        value = record.get(own)
        if type(value) is str and value and value.isascii() and value not in none:
            return value  # as nearly all are
        value = find(record)
        if value is None:
            return None
        if not isinstance(value, kinds) or value is True or value is False:
            raise Impossible(f"{name} is missing" if is_needed and not value else f"{name} is no text")
        text = str(value)
        return text if text.isascii() else clean(text)

    def read_in_other_words(record: Row) -> str | None:
        text = read(record)
        text = None if text is None else words.get(text, text)
        return text.lower() if lower and text else text

    return read_in_other_words if words or lower else read


def texts_reader(column: Column | None, name: str, rules: Rules) -> Reader:
    """Return what reads a list of texts, None where there is none."""
    if column is None:
        return _nothing
    find = finder(column, name, strict=rules.strict, blank=None if rules.strict else "")
    keeps_empty = rules.strict

    def read(record: Row) -> list[str] | None:
        values = find(record)
        if values is None:
            return None
        if not isinstance(values, list):
            raise Impossible(f"{name} is no list")
        for value in values:
            if not isinstance(value, str):
                raise Impossible(f"{name} holds what is no text")
        texts = [value if value.isascii() else clean(value) for value in values]
        return texts if texts or keeps_empty else None

    return read


def whole_reader(column: Column, name: str, rules: Rules) -> Reader:
    """Return what reads a number of viewers, which has to be there."""
    find, whole, most = finder(column, name, strict=rules.strict), as_whole(rules), rules.most_viewers

    def read(record: Row) -> int:
        count = whole(find(record))
        if count is None or not 0 <= count <= most:
            raise Impossible(f"{name} is no whole number from 0 to {most:,}")
        return count

    return read


def as_whole(rules: Rules) -> Callable[[Any], int | None]:
    """Return what makes a whole number of a value, None of what is none."""

    def whole(value: Any) -> int | None:
        return value if type(value) is int else None

    def spelt(value: Any) -> int | None:
        return int(value) if isinstance(value, str) and WHOLE.fullmatch(value) else whole(value)

    return whole if rules.strict else spelt


def moment_reader(column: TimeColumn | None, name: str, rules: Rules) -> Reader:
    """Return what reads a time as naive UTC, None where there is none."""
    if column is None:
        return _nothing
    find, parse = finder(column, name, strict=rules.strict), _parser(column)
    wanted = "such as 2026-01-17T12:00:00Z" if column.format == "rfc3339" else f"as {column.format} has it"

    def read(record: Row) -> datetime | None:
        value = find(record)
        if value is None:
            return None
        try:
            return parse(value)
        except (ValueError, TypeError, OverflowError, OSError):
            raise Impossible(f"{name} is no time {wanted}") from None

    return read


def truth_reader(column: Column | None, name: str, rules: Rules) -> Reader:
    """Return what reads true or false, None where there is neither."""
    if column is None:
        return _nothing
    find = finder(column, name, strict=rules.strict)

    def read(record: Row) -> bool | None:
        value = find(record)
        if value is None:
            return None
        truth = TRUTH.get(str(value).lower())
        if truth is None:
            raise Impossible(f"{name} is neither true nor false")
        return truth

    return read


def _nothing(record: Row) -> None:
    return None


def _own_field(column: Column) -> str:
    """Return the record's own field that is looked at first, "" where that lies deeper."""
    return column.at[0] if column.at and "." not in column.at[0] else ""


def _at(path: str) -> Reader:
    return (lambda record: look_up(record, path)) if "." in path else methodcaller("get", path)


def _filled(template: str) -> Reader:
    places = PLACE.findall(template)

    def fill(record: Row) -> str | None:
        values = {place: look_up(record, place) for place in places}
        if any(value is None or value == "" or isinstance(value, dict | list) for value in values.values()):
            return None
        return PLACE.sub(lambda place: str(values[place[1]]), template)

    return fill


def _missing(column: Column) -> Callable[[Row], bool]:
    """Return what tells whether a record that has no value of the column lacks it."""
    if column.required != "if_present":
        return lambda record: bool(column.required)
    split = [path.rpartition(".") for path in column.at]

    def is_there(record: Row) -> bool:
        parents = [(look_up(record, above) if above else record, name) for above, _, name in split]
        return any(isinstance(parent, dict) and name in parent for parent, name in parents)

    return is_there


def _parser(column: TimeColumn) -> Callable[[Any], datetime]:
    """Return what reads a time in the column's format as naive UTC."""
    whole, zone = as_whole(Rules()), ZoneInfo(column.zone)
    parts = 1000 if column.format == "epoch_ms" else 1

    def of_epoch(value: Any) -> datetime:
        number = whole(value)
        if number is None:
            raise ValueError
        return datetime.fromtimestamp(number / parts, UTC).replace(tzinfo=None)

    def of_pattern(value: Any) -> datetime:
        local = datetime.strptime(value, column.format)
        zoned = local if local.tzinfo else local.replace(tzinfo=zone)
        return zoned.astimezone(UTC).replace(tzinfo=None)

    readers = {"rfc3339": parse_moment, "epoch": of_epoch, "epoch_ms": of_epoch}
    return readers.get(column.format, of_pattern)
