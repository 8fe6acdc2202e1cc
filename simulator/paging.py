"""Query parameters and cursors as Helix reads and writes them.

A Get Streams cursor holds the score of the page's last stream (viewers and a fraction that breaks
ties), not a row number: it is a position in an order that moves between two calls.
"""

import base64
import binascii
import json
from collections.abc import Iterable
from typing import Any

from starlette.datastructures import QueryParams

from simulator.tokens import Refused

MOST = 100


def values(query: QueryParams, name: str, most: int = MOST) -> list[str]:
    """Return a repeated parameter's values (`name` or `name[]`); Refused beyond `most`."""
    found = query.getlist(name) + query.getlist(f"{name}[]")
    if len(found) > most:
        raise malformed(name, f"the value must be less than or equal to {most}")
    return found


def required(query: QueryParams, name: str, most: int = MOST) -> list[str]:
    """Return a repeated parameter's values; Refused when it is absent."""
    found = values(query, name, most)
    if not found:
        raise Refused(400, f'Missing required parameter "{name}"')
    return found


def ids(query: QueryParams, name: str, most: int = MOST) -> list[str]:
    """Return a repeated parameter of numeric ids; Refused when one is no number."""
    found = values(query, name, most)
    if not all(value.isascii() and value.isdigit() for value in found):
        raise malformed(name, "the value must be numeric" if name == "first" else "the ID must be numeric")
    return found


def page_size(query: QueryParams) -> int:
    """Return `first`: 20 unless given, 1 to 100."""
    text = query.get("first", "20")
    if not (text.isascii() and text.isdigit()):
        raise malformed("first", "the value must be an integer")
    if int(text) > MOST:
        raise malformed("first", f"the value must be less than or equal to {MOST}")
    if int(text) < 1:
        raise malformed("first", "the value must be greater than or equal to 1")
    return int(text)


def bounded(text: str, most: int, refusal: str) -> int:
    """Return a number from 1 to `most`; Refused, in a platform's own words, for any other text."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise Refused(400, refusal)
    return int(text)


def malformed(name: str, why: str) -> Refused:
    """Return Helix's error for a malformed parameter."""
    return Refused(400, f'The parameter "{name}" was malformed: {why}')


def encode(before: float, after: float) -> str:
    """Return the cursor of a page that runs from score `before` down to score `after`."""
    return _pack({"b": {"Cursor": _inner(before)}, "a": {"Cursor": _inner(after)}})


def decode(cursor: str) -> float:
    """Return the score after which a page starts; Refused for what is no cursor of ours."""
    try:
        return float(_unpack(_unpack(cursor)["a"]["Cursor"])["s"])
    except (binascii.Error, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise Refused(400, "invalid cursor") from error


def encode_offset(offset: int) -> str:
    """Return the cursor of lists that Helix pages by row number."""
    return _pack({"b": None, "a": {"Offset": offset}})


def decode_offset(cursor: str | None) -> int:
    """Return the row number of a cursor, 0 without one; Refused for what is no cursor of ours."""
    if not cursor:
        return 0
    try:
        offset = _unpack(cursor)["a"]["Offset"]
    except (binascii.Error, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise Refused(400, "invalid cursor") from error
    if not isinstance(offset, int) or offset < 0:
        raise Refused(400, "invalid cursor")
    return offset


def page(rows: Iterable[Any], query: QueryParams) -> tuple[list[Any], dict[str, str]]:
    """Return one page of a list that is paged by row number, and its `pagination`."""
    everything, size = list(rows), page_size(query)
    start = decode_offset(query.get("after"))
    more = start + size < len(everything)
    return everything[start : start + size], {"cursor": encode_offset(start + size)} if more else {}


def _inner(score: float) -> str:
    return base64.urlsafe_b64encode(_json({"s": score, "d": False, "t": True})).decode()


def _pack(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(_json(value)).decode().rstrip("=")


def _unpack(text: str) -> Any:
    return json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
