"""What a cell of the two imported tables may hold, judged one by one or a whole column at a time.

`parse` is the rule. `convert` is a shortcut for columns that hold nothing unusual: where it answers,
it answers as `parse` would for every cell; where it cannot be certain it raises Unsure.
"""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.history_errors import BadCell, Unsure

LONGEST_TEXT = 1000
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?", re.ASCII)
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
EPOCH = datetime(1970, 1, 1)
FINER_UNITS = {"milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}


@dataclass(frozen=True)
class Text:
    """A column of names: any text that is not blank."""

    name: str
    arrow_type: pa.DataType = pa.string()
    wanted: str = "text"

    def accepts(self, type_: pa.DataType) -> bool:
        """Say whether a Parquet column of this Arrow type can hold the column."""
        return _is_text(type_) or pa.types.is_null(type_)

    def parse(self, cell: object) -> str:
        """Return the cell as it is.

        Raises:
            BadCell: it is blank or far too long for a name.
        """
        text = "" if cell is None else str(cell)
        if not text or text.isspace():
            raise BadCell(f"it is blank, and every row needs a {self.name}")
        if len(text) > LONGEST_TEXT:
            raise BadCell(f"it is {len(text):,} characters long; is a quotation mark missing?")
        return text

    def convert(self, cells: pa.Array) -> pa.Array:
        """Return the column as strings.

        Raises:
            Unsure: a cell may be blank or too long.
        """
        texts = cells.cast(pa.string())
        lengths = pc.min_max(pc.binary_length(texts))
        unusual = texts.null_count or lengths["min"].as_py() == 0 or lengths["max"].as_py() > LONGEST_TEXT
        if unusual or pc.any(pc.utf8_is_space(texts)).as_py():
            raise Unsure
        return texts


@dataclass(frozen=True)
class Whole:
    """A column of whole numbers from `low` to `high`; with `optional`, blank cells are null."""

    name: str
    low: int
    high: int
    optional: bool = False
    arrow_type: pa.DataType = pa.int64()
    wanted: str = "whole numbers"

    def accepts(self, type_: pa.DataType) -> bool:
        """Say whether a Parquet column of this Arrow type can hold the column."""
        return _is_number(type_) or pa.types.is_null(type_)

    def parse(self, cell: object) -> int | None:
        """Return the number, or None for a blank cell of an optional column.

        Raises:
            BadCell: it is blank, not a whole number or out of range.
        """
        number = to_number(cell)
        if number is None and self.optional:
            return None
        if number is None:
            raise BadCell(f"it is blank, and every row needs a {self.name} value")
        if number < self.low or number > self.high:
            raise BadCell(self._beyond(cell, number))
        return int(number)

    def _beyond(self, cell: object, number: Decimal) -> str:
        if self.low == 0 and number < 0:
            return f"{show(cell)} is negative"
        return f"{show(cell)} is not between {self.low} and {self.high}"

    def convert(self, cells: pa.Array) -> pa.Array:
        """Return the column as int64.

        Raises:
            Unsure: a cell is neither plain digits (`896`, `896.0`) in range nor, if allowed, blank.
        """
        try:
            numbers = self._plain(cells).cast(pa.int64())
        except pa.ArrowInvalid as error:
            raise Unsure from error
        bounds = pc.min_max(numbers)
        if numbers.null_count and not self.optional:
            raise Unsure
        if (
            bounds["min"].is_valid
            and not self.low <= bounds["min"].as_py() <= bounds["max"].as_py() <= self.high
        ):
            raise Unsure
        return numbers

    def _plain(self, cells: pa.Array) -> pa.Array:
        if pa.types.is_floating(cells.type):
            return pc.if_else(pc.is_nan(cells), pa.scalar(None, cells.type), cells)
        if not _is_text(cells.type):
            return cells
        texts = cells.cast(pa.string())
        if self.optional:
            texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
        if not _all_digits(texts):
            texts = pc.replace_substring_regex(texts, r"^([0-9]{1,15})\.0*$", r"\1")
            if not _all_digits(texts):
                raise Unsure
        return texts


@dataclass(frozen=True)
class Instant(Whole):
    """A column of epoch seconds from `low` to `high`."""

    wanted: str = "epoch seconds as whole numbers"

    def _beyond(self, cell: object, number: Decimal) -> str:
        for unit, factor in FINER_UNITS.items():
            if self.low * factor <= number <= self.high * factor:
                return f"{show(cell)} looks like {unit}; divide by {factor} to get epoch seconds"
        first, last = (f"{EPOCH + timedelta(seconds=end):%Y-%m-%d %H:%M:%S}" for end in (self.low, self.high))
        return f"{show(cell)} as epoch seconds is not between {first} and {last} UTC"


@dataclass(frozen=True)
class Day(Instant):
    """A column of dates, as epoch seconds or YYYY-MM-DD."""

    arrow_type: pa.DataType = pa.date32()
    wanted: str = "dates or epoch seconds"

    def accepts(self, type_: pa.DataType) -> bool:
        """Say whether a Parquet column of this Arrow type can hold the column."""
        return (
            super().accepts(type_)
            or _is_text(type_)
            or pa.types.is_date(type_)
            or pa.types.is_timestamp(type_)
        )

    def parse(self, cell: object) -> date:
        """Return the date.

        Raises:
            BadCell: it is blank, neither a date nor epoch seconds, or out of range.
        """
        if isinstance(cell, date):
            return cell
        text = str(cell).strip(" \t")
        try:
            if ISO_DATE.fullmatch(text):
                return date.fromisoformat(text)
            return (EPOCH + timedelta(seconds=super().parse(cell))).date()
        except BadCell as error:
            if NUMBER.fullmatch(text) or not text or cell is None:
                raise
            raise BadCell(f"{show(cell)} is neither a date (YYYY-MM-DD) nor epoch seconds") from error
        except ValueError as error:
            raise BadCell(f"{show(cell)} is not a day of the calendar") from error

    def convert(self, cells: pa.Array) -> pa.Array:
        """Leave the judgement to `parse`: the games table is small."""
        raise Unsure


Column = Text | Whole


def to_number(cell: object) -> Decimal | None:
    """Return a cell as an exact whole number, None for blank.

    Raises:
        BadCell: it is not a whole number.
    """
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    text = str(cell).strip(" \t")
    if not text:
        return None
    number = Decimal(text) if NUMBER.fullmatch(text) else None
    if number is None or number != number.to_integral_value():
        raise BadCell(f"{show(cell)} is not a whole number")
    return number


def show(cell: object) -> str:
    """Return a cell as it may stand in a sentence: quoted, and cut when long."""
    text = str(cell)
    return repr(text if len(text) <= 40 else f"{text[:40]}..")


def _all_digits(texts: pa.Array) -> bool:
    return pc.all(pc.match_substring_regex(texts, "^[0-9]{1,18}$")).as_py() is not False


def _is_text(type_: pa.DataType) -> bool:
    if pa.types.is_dictionary(type_):
        return _is_text(type_.value_type)
    return pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_string_view(type_)


def _is_number(type_: pa.DataType) -> bool:
    return pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_)
