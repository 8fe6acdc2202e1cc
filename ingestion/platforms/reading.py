"""Finds the platforms' descriptions, shipped and one's own, and says in sentences what is wrong with one."""

from functools import cache
from pathlib import Path

from pydantic import ValidationError

from ingestion.descriptions.faults import sentences
from ingestion.descriptions.yaml_file import BadDescription, read_yaml
from ingestion.landing.files import WITHDRAWN
from ingestion.platforms.description import TWITCH, Description
from ingestion.settings import Settings

SHIPPED, OWN = Path(__file__).parent, "platforms"


def description_files(settings: Settings) -> dict[str, Path]:
    """Return the file of each platform by name; one's own wins over the shipped one."""
    folders = (SHIPPED, settings.root / OWN)
    return {file.stem: file for folder in folders for file in sorted(folder.glob("*.yml"))}


def twitch_first(platform: str) -> tuple[bool, str]:
    """Return what sorts names of platforms, Twitch's before all others."""
    return platform != TWITCH, platform


def find_description(settings: Settings, platform: str) -> Description:
    """Return the description of a platform.

    Raises:
        BadDescription: there is none, or it cannot be used.
    """
    files = description_files(settings)
    if platform not in files:
        raise BadDescription(
            f"there is no platform {platform}: choose {', '.join(sorted(files, key=twitch_first))}, "
            f"or describe it in {settings.root / OWN / platform}.yml"
        )
    return read_description(files[platform])


@cache
def shipped(platform: str) -> Description:
    """Return the description that is shipped of a platform."""
    return read_description(SHIPPED / f"{platform}.yml")


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
        raise BadDescription("\n".join(sentences(document, error.errors()))) from None
    line = document.line(["platform"])
    if description.platform == WITHDRAWN:
        raise BadDescription(f"{file}, line {line}: {description.platform} is taken; choose another name")
    if description.platform != file.stem:
        raise BadDescription(
            f"{file}, line {line}: platform {description.platform} belongs into a file of its name, "
            f"{description.platform}.yml"
        )
    return description
