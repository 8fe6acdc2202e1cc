"""Says in sentences what is wrong with a description: file, line, key, and what it can be."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from ingestion.descriptions.parts import UNKNOWN_KEY
from ingestion.descriptions.yaml_file import Document


def sentences(document: Document, errors: Sequence[ErrorDetails], above: Sequence[str] = ()) -> Iterator[str]:
    """Yield a sentence for each fault that pydantic found in a document, with its file, line and key.

    `above` are the keys that lead to the part of it that was looked at.
    """
    for error in errors:
        keys = list(_keys(document.value, (*above, *error["loc"])))
        message = error["msg"].removeprefix("Value error, ")
        if error["type"] == UNKNOWN_KEY:
            keys.append(error["ctx"]["key"])
        if error["type"].startswith("union_tag"):
            keys.append(error["ctx"]["discriminator"].strip("'"))
        if error["type"] == "missing":
            keys.append(str(error["loc"][-1]))
            message = "it is missing"
        name = ".".join(map(str, keys)) or "the description"
        yield f"{document.file}, line {document.line(keys)}: {name}: {message[0].lower()}{message[1:]}"


def _keys(value: Any, loc: Sequence[Any]) -> Iterator[str | int]:
    """Yield the keys of the file on the way to a fault: the others name alternatives of a type."""
    for key in loc:
        is_there = isinstance(value, Mapping) and key in value
        if is_there or (isinstance(value, list) and isinstance(key, int) and key < len(value)):
            value = value[key]
            yield key
