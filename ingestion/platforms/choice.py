"""Tells which platforms are on: those whose credentials are set, narrowed by AIRTIME_PLATFORMS."""

from difflib import get_close_matches
from pathlib import Path

from ingestion.platforms.calls import variables_of
from ingestion.platforms.reading import DESCRIBED_NOWHERE, description_files, read_description
from ingestion.platforms.yaml_file import BadDescription
from ingestion.settings import MissingSetting, Settings, WrongSettings


def platforms(settings: Settings) -> dict[str, str]:
    """Return every platform with why it is off, "" for one that is on.

    Raises:
        WrongSettings: AIRTIME_PLATFORMS names a platform that there is not.
    """
    files: dict[str, Path | None] = {DESCRIBED_NOWHERE: None, **description_files(settings)}
    named = settings.platforms.replace(",", " ").split()
    for name in named:
        if name not in files:
            near = get_close_matches(name, files, 1)
            advice = f"did you mean {near[0]}?" if near else f"it can be {', '.join(sorted(files))}"
            raise WrongSettings(f"setting AIRTIME_PLATFORMS: there is no platform {name}; {advice}")
    return {name: _why_off(settings, name, file, named) for name, file in sorted(files.items())}


def _why_off(settings: Settings, name: str, file: Path | None, named: list[str]) -> str:
    if named and name not in named:
        return "AIRTIME_PLATFORMS does not name it"
    try:
        if file:
            variables_of(read_description(file))
        else:
            settings.credentials()
    except (MissingSetting, WrongSettings, BadDescription) as error:
        return str(error)
    return ""
