"""Reads a line of IRC with Twitch's tags, as https://ircv3.net/specs/extensions/message-tags says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ESCAPED = {":": ";", "s": " ", "r": "\r", "n": "\n"}


class BadLine(ValueError):
    """A line that has no command."""


@dataclass(frozen=True)
class Line:
    """One line: tags (an empty value is a missing one), who sent it, the command and its parameters."""

    command: str
    parameters: tuple[str, ...] = ()
    sender: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def room(self) -> str:
        """The login of the room it is about, "" if none."""
        return next((one[1:] for one in self.parameters if one[:1] == "#"), "")

    @property
    def text(self) -> str:
        """The last parameter, "" if there is none."""
        return self.parameters[-1] if self.parameters else ""


def parse_line(raw: bytes) -> Line:
    """Return what a line without its end says; bytes that are no UTF-8 are replaced.

    Raises:
        BadLine: it has no command.
    """
    rest = raw.decode(errors="replace")
    tags, sender = {}, ""
    if rest[:1] == "@":
        said, _, rest = rest[1:].partition(" ")
        tags = _tags(said)
    rest = rest.lstrip(" ")
    if rest[:1] == ":":
        prefix, _, rest = rest[1:].partition(" ")
        sender = prefix.partition("!")[0]
    middle, colon, trailing = f" {rest.lstrip(' ')}".partition(" :")
    command, *parameters = middle.split() or [""]
    if not command:
        raise BadLine(f"a line without a command: {raw[:80]!r}")
    return Line(command.upper(), (*parameters, *([trailing] if colon else [])), sender, tags)


def unescape(value: str) -> str:
    """Return a tag's value as it was meant; a lone backslash at the end stands for nothing."""
    if "\\" not in value:
        return value
    first, *parts = value.split("\\")
    read, escapes = [first], iter(parts)
    for part in escapes:
        if part:
            read.append(ESCAPED.get(part[0], part[0]) + part[1:])
        else:  # two in a row are one, and what follows is no escape
            follows = next(escapes, None)
            read.append("" if follows is None else f"\\{follows}")
    return "".join(read)


def _tags(said: str) -> dict[str, str]:
    pairs = (one.partition("=") for one in said.split(";"))
    return {name: unescape(value) for name, _, value in pairs if name and value}
