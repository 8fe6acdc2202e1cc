"""Reads numbers as services spell them, exactly: decimals of six places."""

import re
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from statistics import median, pstdev
from typing import Any

from ingestion.fields import parse_duration
from ingestion.sources.kind import Parse

# 15 digits before the point and 6 after it, so that sums and products with seconds stay exact
LIMIT, PLACES = Decimal(10) ** 15, Decimal("0.000001")
ISO = re.compile(
    r"P(?=\d|T\d)(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
    re.ASCII,
)
NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?", re.ASCII)


class NoNumber(ValueError):
    """A value that is no number of its type; the message says what it is and what it should be."""


def number(value: Any, type_: str, parse: Parse | None = None) -> Decimal:
    """Return a value, which may be a number in text, with six decimal places.

    Raises:
        NoNumber: it is none of that type, or has more than 15 digits before the point.
    """
    if parse:
        return Decimal(_seconds(value, parse))
    if type_ == "boolean":
        if not isinstance(value, bool):
            raise NoNumber(f"{_shown(value)} is neither true nor false")
        return Decimal(int(value))
    found = _decimal(value)
    if found is None or (type_ == "integer" and found != found.to_integral_value()):
        raise NoNumber(f"{_shown(value)} is no {'whole number' if type_ == 'integer' else 'number'}")
    if abs(found) >= LIMIT:
        raise NoNumber(f"{_shown(value)} has more than 15 digits")
    return found.quantize(PLACES) if type_ == "number" else Decimal(int(found))


def statistic(name: str, values: list[Decimal]) -> Decimal:
    """Return a statistic of at least one value; `std` is the population's standard deviation."""
    found = {
        "min": min(values),
        "max": max(values),
        "sum": sum(values, Decimal()),
        "mean": sum(values, Decimal()) / len(values),
        "median": median(values),
        "std": pstdev(values),
    }
    return found[name].quantize(PLACES)


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _seconds(value: Any, parse: Parse) -> int:
    if isinstance(value, str) and parse == "iso_duration" and (parts := ISO.fullmatch(value)):
        return int(
            timedelta(**{unit: int(part) for unit, part in parts.groupdict("0").items()}).total_seconds()
        )
    if isinstance(value, str) and value and parse == "twitch_duration":
        try:
            return parse_duration(value) or 0
        except ValueError:
            pass
    example = "PT1H2M3S" if parse == "iso_duration" else "3h45m54s"
    raise NoNumber(f"{_shown(value)} is no duration such as {example}")


def _shown(value: Any) -> str:
    return f"a {type(value).__name__}" if isinstance(value, dict | list) else repr(value)[:60]
