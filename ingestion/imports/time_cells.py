"""What a cell of an imported table may hold as an instant or a day: an epoch, in any unit, or ISO 8601.

In which unit a column's numbers are follows from all of them: one file has one unit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.imports.cells import NUMBER, Column, Whole, is_text, show, to_number
from ingestion.imports.errors import BadCell, Unsure
from ingestion.imports.zones import EPOCH, Zone

UNITS = {"seconds": 1, "milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}
YEAR, MONTH = re.compile(r"[0-9]{4}", re.ASCII), re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}T", re.ASCII)
COMPACT = re.compile(r"[0-9]{8}", re.ASCII)


@dataclass
class Instant(Whole):
    """A column of instants from `low` to `high`, epoch seconds: numbers in one unit, or ISO 8601.

    `units` counts in which the column's numbers are; most of them decide.

    What names no time zone is of `zone`; without that it is refused.
    """

    wanted = "epoch seconds, or ISO 8601 as text or instants"
    units: Counter[str] = field(default_factory=Counter)
    zone: Zone = Zone()

    def accepts(self, type_: pa.DataType) -> bool:
        """Say whether a Parquet column of this Arrow type can hold the column."""
        return super().accepts(type_) or is_text(type_) or pa.types.is_timestamp(type_)

    @property
    def unit(self) -> str:
        """In which unit the column's numbers are."""
        return max(self.units, key=self.units.__getitem__, default="seconds")

    def restart(self) -> None:
        """Forget what was found out about the column as a whole."""
        self.units.clear()

    def survey(self, cells: Iterable[object]) -> None:
        """Count the units of some of the column's cells."""
        self.units.update(unit for cell in cells if (unit := self._unit_of(cell)))

    def parse(self, cell: object) -> int:
        """Return the instant as epoch seconds; what is finer is cut off.

        Raises:
            BadCell: it is blank, no instant, out of range, or in another unit than the other cells.
        """
        if isinstance(cell, datetime):
            return self._checked(cell, self.zone.in_utc(cell))
        if isinstance(cell, str) and _is_iso(cell):
            return self._checked(cell, self.zone.read(cell))
        number, parts = to_number(cell), UNITS[self.unit]
        if number is None:
            raise BadCell(f"it is blank, and every row needs a {self.name} value")
        if not self._holds(number, parts):
            raise self._beyond_range(cell)
        return int(number // parts)

    def convert(self, cells: pa.Array[Any]) -> pa.Array[Any]:
        """Return the column as epoch seconds; its first cell sets the unit for all that follow.

        Raises:
            Unsure: a cell is no instant of that unit in range.
        """
        if is_text(cells.type) and pc.all(pc.match_substring_regex(cells.cast(pa.string()), "[:-]")).as_py():
            return self._in_range(self._iso_seconds(cells))
        if pa.types.is_timestamp(cells.type):
            return self._in_range(self._iso_seconds(cells))
        wide = Whole(self.name, self.low, self.high * UNITS["nanoseconds"])
        numbers = wide.convert(cells)
        if not self.units:
            self.survey(numbers[:1].to_pylist())
        return self._in_range(pc.divide(numbers, UNITS[self.unit]))

    def _in_range(self, seconds: pa.Array[Any]) -> pa.Array[Any]:
        bounds = pc.min_max(seconds)
        if seconds.null_count or bounds["min"].as_py() < self.low or bounds["max"].as_py() > self.high:
            raise Unsure
        return seconds

    def _iso_seconds(self, cells: pa.Array[Any]) -> pa.Array[Any]:
        """Return instants that all name a zone, or are all of UTC, as epoch seconds."""
        named = [is_text(cells.type) or bool(cells.type.tz)]
        if is_text(cells.type) or not named[0]:
            named = [*filter(None, named), *([False] if self.zone.name == "UTC" else [])]
        for has_zone in named:
            with suppress(pa.ArrowInvalid):
                kind: pa.DataType = pa.timestamp("us", "UTC" if has_zone else None)
                instants: pa.Array[Any] = cells.cast(kind, safe=False)
                seconds: pa.Array[Any] = pc.floor_temporal(instants, unit="second")
                return seconds.cast(pa.timestamp("s")).cast(pa.int64())
        raise Unsure

    def _unit_of(self, cell: object) -> str:
        try:
            number = to_number(cell) if not isinstance(cell, datetime) else None
        except BadCell:
            return ""
        fitting = (unit for unit, parts in UNITS.items() if number and self._holds(number, parts))
        return next(fitting, "")

    def _holds(self, number: Decimal, parts: int) -> bool:
        return self.low * parts <= number < (self.high + 1) * parts

    def _checked(self, cell: object, instant: datetime) -> int:
        seconds = (instant - EPOCH) // timedelta(seconds=1)
        if not self.low <= seconds <= self.high:
            raise self._beyond_range(cell)
        return seconds

    def _beyond_range(self, cell: object) -> BadCell:
        other = self._unit_of(cell)
        if other and other != self.unit:
            return BadCell(f"{show(cell)} looks like {other}, other rows like {self.unit}; use one unit")
        first, last = (f"{EPOCH + timedelta(seconds=end):%Y-%m-%d %H:%M:%S}" for end in (self.low, self.high))
        return BadCell(f"{show(cell)} as epoch {self.unit} is not between {first} and {last} UTC")


@dataclass
class Day(Column):
    """A column of days: YYYY-MM-DD, YYYYMMDD, YYYY-MM or YYYY (their first day), or an instant as above.

    They are from `low` to `high`, epoch seconds.
    """

    arrow_type = pa.date32()
    wanted = "dates or epoch seconds"
    low: int
    high: int

    def __post_init__(self) -> None:
        self._instants = Instant(self.name, self.low, self.high)

    def accepts(self, type_: pa.DataType) -> bool:
        """Say whether a Parquet column of this Arrow type can hold the column."""
        return self._instants.accepts(type_) or pa.types.is_date(type_)

    def restart(self) -> None:
        """Forget what was found out about the column as a whole."""
        self._instants.restart()

    def survey(self, cells: Iterable[object]) -> None:
        """Count the units of some of the column's cells."""
        self._instants.survey(
            cell for cell in cells if not isinstance(cell, date) and not self._spells_day(cell)
        )

    def _spells_day(self, cell: object) -> bool:
        try:
            return self._calendar(cell) is not None
        except BadCell:
            return True

    def parse(self, cell: object) -> date | None:
        """Return the day, None for a blank cell; of an instant with a time zone, the day there.

        Raises:
            BadCell: it is no day, or out of range.
        """
        text = "" if cell is None else str(cell).strip()
        if not text or text == "nan":
            return None
        if isinstance(cell, date):
            return cell.date() if isinstance(cell, datetime) else cell
        if day := self._calendar(cell):
            return day
        if not NUMBER.fullmatch(text):
            raise BadCell(f"{show(cell)} is neither a date (YYYY-MM-DD) nor epoch seconds")
        return (EPOCH + timedelta(seconds=self._instants.parse(cell))).date()

    def convert(self, cells: pa.Array[Any]) -> pa.Array[Any]:
        """Leave the judgement to `parse`: the games table is small."""
        raise Unsure

    def _calendar(self, cell: object) -> date | None:
        """Return the day that a cell spells, None if it spells none."""
        text = str(cell).strip().removesuffix(".0")
        try:
            if YEAR.fullmatch(text) or MONTH.fullmatch(text):
                day = date(int(text[:4]), int(text[5:] or 1), 1)
            elif _is_iso(text) or COMPACT.fullmatch(text):
                day = datetime.fromisoformat(text.replace(" UTC", "Z")).date()
            else:
                return None
        except ValueError as error:
            if NUMBER.fullmatch(text):
                return None  # eight digits can be an epoch as well
            raise BadCell(f"{show(cell)} is not a day of the calendar") from error
        first, last = (EPOCH + timedelta(seconds=end) for end in (self.low, self.high))
        return day if first.year <= day.year <= last.year else None


def _is_iso(text: str) -> bool:
    return bool(ISO.match(text.strip()))
