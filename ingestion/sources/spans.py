"""Spans of time as descriptions write them: 30s, 15m, 1h, 4w."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
SPAN = re.compile(r"([0-9]{1,5})([smhdw])", re.ASCII)


def _span(text: Any) -> timedelta:
    parts = SPAN.fullmatch(text) if isinstance(text, str) else None
    if parts is None:
        raise ValueError("say a span such as 30s, 15m, 1h, 2d or 4w")
    return timedelta(**{UNITS[parts[2]]: int(parts[1])})


Span = Annotated[timedelta, BeforeValidator(_span)]
