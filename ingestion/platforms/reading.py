"""Finds the platforms' descriptions, shipped and one's own, and says in sentences what is wrong with one."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ingestion.landing.files import WITHDRAWN
from ingestion.platforms.description import Description
from ingestion.platforms.parts import UNKNOWN_KEY
from ingestion.platforms.yaml_file import BadDescription, Document, read_yaml
from ingestion.settings import Settings

SHIPPED, OWN = Path(__file__).parent, "platforms"
# its crawl is code still
DESCRIBED_NOWHERE = "twitch"


def description_files(settings: Settings) -> dict[str, Path]:
    """Return the file of each platform by name; one's own wins over the shipped one."""
    folders = (SHIPPED, settings.root / OWN)
    return {file.stem: file for folder in folders for file in sorted(folder.glob("*.yml"))}


def find_description(settings: Settings, platform: str) -> Description:
    """Return the description of a platform.

    Raises:
        BadDescription: there is none, or it cannot be used.
    """
    files = description_files(settings)
    if platform not in files:
        raise BadDescription(
            f"there is no platform {platform}: choose {', '.join([DESCRIBED_NOWHERE, *sorted(files)])}, "
            f"or describe it in {settings.root / OWN / platform}.yml"
        )
    return read_description(files[platform])


def read_description(file: Path) -> Description:
    """Return the description in a file, which is called after its platform.

    Raises:
        BadDescription: it cannot be used; a sentence for each fault, with file, line and key.
    """
    document = read_yaml(file)
    if not isinstance(document.value, dict):
        raise BadDescription(f"{file}: this is no description of a platform, which begins with platform: ..")
    try:
        description = Description.model_validate(document.value)
    except ValidationError as error:
        raise BadDescription("\n".join(_sentences(document, error.errors()))) from None
    line = document.line(["platform"])
    if description.platform in (DESCRIBED_NOWHERE, WITHDRAWN):
        raise BadDescription(f"{file}, line {line}: {description.platform} is taken; choose another name")
    if description.platform != file.stem:
        raise BadDescription(
            f"{file}, line {line}: platform {description.platform} belongs into a file of its name, "
            f"{description.platform}.yml"
        )
    return description


def _sentences(document: Document, errors: Sequence[ErrorDetails]) -> Iterator[str]:
    for error in errors:
        keys = list(_keys(document.value, error["loc"]))
        message = error["msg"].removeprefix("Value error, ")
        if error["type"] == UNKNOWN_KEY:
            keys.append(error["ctx"]["key"])
        if error["type"].startswith("union_tag"):
            keys.append("kind")
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
