"""Reads a small YAML file for a stranger: plain values only, and the line of each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ingestion.exits import Refused

MOST_BYTES, MOST_DEPTH = 64 * 1024, 12


class BadDescription(Refused):
    """A description cannot be used; the message says in which file and line, at which key, and why."""


@dataclass(frozen=True)
class Document:
    """What a file holds, and its nodes, which know their lines."""

    file: Path
    value: Any
    root: yaml.Node | None

    def line(self, keys: Sequence[str | int]) -> int:
        """Return the line of the key at the end of this path, or of the nearest above it that is there."""
        node, line = self.root, 1
        for key in keys:
            found = _child(node, key)
            if found:
                line, node = found[0].start_mark.line + 1, found[1]
        return line


def read_yaml(file: Path) -> Document:
    """Return the content of a YAML file of at most 64 kB.

    Raises:
        BadDescription: it cannot be read, is no YAML, or has aliases, tags, a key twice or too much depth.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadDescription(f"{file} cannot be read: {error.strerror}") from error
    if len(content) > MOST_BYTES:
        raise BadDescription(
            f"{file}: {len(content):,} bytes are no description; {MOST_BYTES:,} are the most"
        )
    try:
        text = content.decode("utf-8-sig")
        _refuse_excess(file, text)
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        _refuse_doubles(file, root)
        return Document(file, None if root is None else loader.construct_document(root), root)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadDescription(f"{file}, line {line}: this is no UTF-8 text; save the file as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BadDescription(f"{file}, line {line}: this is no YAML ({error.problem})") from error
    except (yaml.YAMLError, ValueError) as error:  # an unprintable character; 2026-02-31, which is no date
        raise BadDescription(f"{file}: this is no YAML ({' '.join(str(error).split())})") from error


def _refuse_excess(file: Path, text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadDescription(f"{file}, line {line}: no & or * of YAML is taken; write it out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise BadDescription(f"{file}, line {line}: more than {MOST_DEPTH} levels are no description")


def _refuse_doubles(file: Path, node: yaml.Node | None) -> None:
    children = node.value if isinstance(node, yaml.CollectionNode) else []
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, _ in node.value:
            line, name = key.start_mark.line + 1, str(key.value)
            if name in seen:
                raise BadDescription(
                    f"{file}, line {line}: key {name} is there already, in line {seen[name]}"
                )
            seen[name] = line
        children = [value for _, value in node.value]
    for child in children:
        _refuse_doubles(file, child)


def _child(node: yaml.Node | None, key: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Return the key's node and its value's, None where there is no such key."""
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key]
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next(((name, value) for name, value in pairs if name.value == str(key)), None)
