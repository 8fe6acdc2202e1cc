"""What is recorded of a call: what it asks for, what comes back, what that has to make."""

from typing import Any, NamedTuple


class Recorded(NamedTuple):
    """What is tracked, the call that has to come (path, parameters in order), its answer, the readings.

    `facts` is some of what has to be known of the first id; `found` are ids that the answer lists.
    """

    kind: str
    ids: list[str]
    path: str
    params: list[tuple[str, str]]
    answer: Any
    readings: dict[tuple[str, str], float | None]
    facts: dict[str, Any] = {}
    found: list[str] = []
