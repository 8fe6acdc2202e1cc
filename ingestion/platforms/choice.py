"""Tells which platforms are on: those whose credentials are set, narrowed by AIRTIME_PLATFORMS."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from ingestion.clock import longest_silence
from ingestion.descriptions.yaml_file import BadDescription
from ingestion.exits import which_instead
from ingestion.platforms.credentials import variables_of
from ingestion.platforms.description import Description
from ingestion.platforms.reading import description_files, find_description, read_description
from ingestion.settings import MissingSetting, Settings, WrongSettings

NOT_NAMED = "AIRTIME_PLATFORMS does not name it"


@dataclass(frozen=True)
class Platform:
    """A platform that can be collected; `why_off` is "" for one that is on.

    `cadence_minutes` are those between two crawls. One whose description cannot be used has no other title
    than its name, and `is_described` is false.
    """

    name: str
    title: str
    cadence_minutes: int
    why_off: str = ""
    is_described: bool = True

    @property
    def longest_silence(self) -> timedelta:
        """After how long without a crawl something is wrong with a platform that is on."""
        return longest_silence(timedelta(minutes=self.cadence_minutes))


def platforms(settings: Settings) -> dict[str, Platform]:
    """Return every platform by its name, on or off.

    Raises:
        WrongSettings: AIRTIME_PLATFORMS names a platform that there is not.
    """
    files = description_files(settings)
    named = settings.platforms.replace(",", " ").split()
    for name in named:
        _refuse_unknown(name, files)
    found = {name: _platform(settings, name, file) for name, file in sorted(files.items())}
    for name in found.keys() - set(named or found):
        found[name] = replace(found[name], why_off=NOT_NAMED)
    return found


def refuse_unready(settings: Settings, platform: str) -> None:
    """Do nothing if a platform can be crawled as far as settings go, whether or not it is on.

    Raises:
        MissingSetting, WrongSettings: a variable is not set, or cannot be used.
        BadDescription: the platform is described nowhere, or its description cannot be used.
    """
    variables_of(find_description(settings, platform), settings)


def _refuse_unknown(name: str, files: Mapping[str, object]) -> None:
    if name not in files:
        advice = which_instead(name, sorted(files))
        raise WrongSettings(f"setting AIRTIME_PLATFORMS: there is no platform {name}; {advice}")


def _platform(settings: Settings, name: str, file: Path) -> Platform:
    try:
        description = read_description(file)
    except BadDescription as error:
        return Platform(name, name, settings.cadence_minutes, str(error), is_described=False)
    cadence = max(settings.cadence_minutes, description.limits.cadence_minutes)
    return Platform(name, description.title, cadence, _what_lacks(description, settings))


def _what_lacks(description: Description, settings: Settings) -> str:
    """Return what is wrong with the variables of a description, "" if nothing is."""
    try:
        variables_of(description, settings)
    except (MissingSetting, WrongSettings) as error:
        return str(error)
    return ""
