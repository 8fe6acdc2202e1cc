"""The files of a landing zone in a folder, and what a backup calls them."""

import os
from collections.abc import Iterator
from pathlib import Path

from ingestion.landing.files import WITHDRAWN

LANDING = "landing"


def withdrawn_name(name: str) -> str:
    """Return the name in a backup of a landed file that was withdrawn."""
    return f"{LANDING}/{WITHDRAWN}/{name.removeprefix(f'{LANDING}/')}"


def below(folder: Path) -> Iterator[Path]:
    """Yield the files of a landing zone but for what is being written; withdrawn ones come last."""
    if folder.exists():
        for place, folders, names in os.walk(folder, onerror=_raise):
            folders.sort(key=lambda name: (name == WITHDRAWN, name))
            yield from (Path(place, name) for name in names if not (name[0] == "." and name.endswith(".tmp")))


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # a folder that got empty goes
        raise error
