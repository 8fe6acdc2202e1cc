"""Remembers answers, the least recently used forgotten first, within a number of bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

ENTRY_BYTES = 1000  # what an answer takes besides its body, about
LARGEST_SHARE = 8


@dataclass(frozen=True)
class Answer:
    """A whole answer as it goes over the wire."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: bytes) -> bytes:
        """Return the first header of that lower-case name, or nothing."""
        return next((value for key, value in self.headers if key == name), b"")


class Cache:
    """Answers by key; one larger than an eighth of the room is not kept."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._answers: OrderedDict[Hashable, tuple[Answer, int]] = OrderedDict()

    @property
    def bytes(self) -> int:
        """What the answers take, about."""
        return self._bytes

    def get(self, key: Hashable) -> Answer | None:
        """Return the answer that was kept under that key, if it still is."""
        found = self._answers.get(key)
        if found is None:
            return None
        self._answers.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, answer: Answer, key_bytes: int) -> None:
        """Keep an answer, forgetting as many others as its size needs."""
        size = len(answer.body) + key_bytes + ENTRY_BYTES
        if size > self._most_bytes // LARGEST_SHARE:
            return
        _, old = self._answers.pop(key, (None, 0))
        self._answers[key] = (answer, size)
        self._bytes += size - old
        while self._bytes > self._most_bytes:
            _, (_, freed) = self._answers.popitem(last=False)
            self._bytes -= freed
