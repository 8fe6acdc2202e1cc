"""What a cell of the two imported tables may hold, judged one by one or a whole column at a time.

`parse` is the rule. `convert` is a shortcut for columns that hold nothing unusual: where it answers,
it answers as `parse` would for every cell; where it cannot be certain it raises Unsure.
"""

from __future__ import annotations

import math
import re
import unicodedata
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.imports.errors import BadCell, Unsure

LONGEST_TEXT = 1000
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?", re.ASCII)
THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+", re.ASCII)
EVERYTHING = "(all)"


@dataclass
class Column(ABC):
    """A column of `arrow_type`, of cells that are `wanted`; an `absent` one may be missing and is null then.

    `theirs` is what the file calls it.
    """

    arrow_type: ClassVar[pa.DataType]
    wanted: ClassVar[str]
    name: str
    theirs: str = field(default="", kw_only=True)
    absent: bool = field(default=False, kw_only=True)

    @property
    def label(self) -> str:
        """What the file calls the column."""
        return self.theirs or self.name

    @abstractmethod
    def restart(self) -> None:
        """Forget what was found out about the column as a whole."""

    @abstractmethod
    def survey(self, cells: Iterable[object]) -> None:
        """Find out from some of the column's cells what holds for it as a whole."""

    @abstractmethod
    def accepts(self, type_: pa.DataType) -> bool:
        """Say whether a Parquet column of this Arrow type can hold the column."""

    @abstractmethod
    def parse(self, cell: object) -> object:
        """Return a cell's value, None for null; raises BadCell where it can be none."""

    @abstractmethod
    def convert(self, cells: pa.Array[Any]) -> pa.Array[Any]:
        """Return all values at once; raises Unsure where `parse` has to judge."""


@dataclass
class Text(Column):
    """A column of names, trimmed and in Unicode form NFC.

    `means` gives what some cells stand for, "" a blank one; without that a blank one is a fault.
    """

    arrow_type = pa.string()
    wanted = "text"
    means: Mapping[str, str | None] = field(default_factory=dict)

    def accepts(self, type_: pa.DataType) -> bool:
        """Say whether a Parquet column of this Arrow type can hold the column."""
        return is_text(type_) or pa.types.is_null(type_)

    def restart(self) -> None:
        """Forget what was found out about the column as a whole: nothing."""

    def survey(self, cells: Iterable[object]) -> None:
        """Find out about the column as a whole: nothing, for each name is judged on its own."""

    def parse(self, cell: object) -> str | None:
        """Return the cell's name, or what it stands for.

        Raises:
            BadCell: it is blank, reserved or far too long for a name.
        """
        text = unicodedata.normalize("NFC", "" if cell is None else str(cell)).strip()
        if text in self.means:
            return self.means[text]
        if not text:
            raise BadCell(f"it is blank, and every row needs a {self.name}")
        if text == EVERYTHING:
            raise BadCell(f"{EVERYTHING} stands for all together and cannot name a {self.name}; rename it")
        if len(text) > LONGEST_TEXT:
            raise BadCell(f"it is {len(text):,} characters long; is a quotation mark missing?")
        return text

    def convert(self, cells: pa.Array[Any]) -> pa.Array[Any]:
        """Return the column as strings.

        Raises:
            Unsure: a cell is a fault.
        """
        texts = cells.cast(pa.string()).dictionary_encode(null_encoding="encode")
        try:  # a name occurs many times, and is judged once
            names = pa.array([self.parse(one) for one in texts.dictionary.to_pylist()], pa.string())
        except BadCell as error:
            raise Unsure from error
        return names.take(texts.indices)


@dataclass
class Whole(Column):
    """A column of whole numbers from `low` to `high`; with `optional`, blank cells are null.

    `kinds` counts what the column's texts are: a dot that can only be a decimal point in all of them or
    beside 1.000 makes that a one; otherwise it is a fault.
    """

    arrow_type = pa.int64()
    wanted = "whole numbers"
    low: int
    high: int
    optional: bool = False
    kinds: Counter[str] = field(default_factory=Counter)

    def accepts(self, type_: pa.DataType) -> bool:
        """Say whether a Parquet column of this Arrow type can hold the column."""
        return _is_number(type_) or pa.types.is_null(type_)

    def restart(self) -> None:
        """Forget what was found out about the column as a whole."""
        self.kinds.clear()

    def survey(self, cells: Iterable[object]) -> None:
        """Count kinds of texts in some of the column's cells."""
        texts = (text for cell in cells if isinstance(cell, str) and (text := cell.strip()))
        self.kinds.update(_kind(text) for text in texts)

    def parse(self, cell: object) -> int | None:
        """Return the number, or None for a blank cell of an optional column.

        Raises:
            BadCell: it is blank, not a whole number or out of range.
        """
        are_decimals = self.kinds["decimal"] and not self.kinds["plain"]
        if isinstance(cell, str) and not are_decimals and THOUSANDS.fullmatch(cell.strip()):
            raise BadCell(f"{show(cell)} can be a thousand or one; write whole numbers without any mark")
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

    def convert(self, cells: pa.Array[Any]) -> pa.Array[Any]:
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
        least, most = bounds["min"].as_py(), bounds["max"].as_py()
        if least is not None and not self.low <= least <= most <= self.high:
            raise Unsure
        return numbers

    def _plain(self, cells: pa.Array[Any]) -> pa.Array[Any]:
        if pa.types.is_floating(cells.type):
            numbers: pa.Array[Any] = pc.if_else(pc.is_nan(cells), pa.scalar(None, cells.type), cells)
            return numbers
        if not is_text(cells.type):
            return cells
        texts = cells.cast(pa.string())
        if self.optional:
            texts = pc.if_else(pc.equal(texts, pa.scalar("")), pa.scalar(None, pa.string()), texts)
        if not _all_digits(texts):
            if pc.any(pc.match_substring_regex(texts, f"^({THOUSANDS.pattern})$")).as_py():
                raise Unsure
            texts = pc.replace_substring_regex(texts, r"^([0-9]{1,15})\.0*$", r"\1")
            if not _all_digits(texts):
                raise Unsure
        return texts


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


def _all_digits(texts: pa.Array[Any]) -> bool:
    return pc.all(pc.match_substring_regex(texts, "^[0-9]{1,18}$")).as_py() is not False


def _kind(text: str) -> str:
    if THOUSANDS.fullmatch(text):
        return "thousands"
    return "decimal" if NUMBER.fullmatch(text) and "." in text else "plain"


def is_text(type_: pa.DataType) -> bool:
    """Say whether an Arrow type holds texts."""
    if pa.types.is_dictionary(type_):
        return is_text(type_.value_type)
    return pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_string_view(type_)


def _is_number(type_: pa.DataType) -> bool:
    return pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_)
