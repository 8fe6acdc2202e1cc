"""Brings a home back from a backup: all of it, as it was listed, or nothing.

Everything is copied to `AIRTIME_HOME/restoring` and checked there. Then it is moved into its place, the
landing zone last and by one rename. A restore that is killed before that is begun again by the next one.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingestion.backup.asked_for import put_back
from ingestion.backup.landed import LANDING
from ingestion.backup.sums import NotABackup, Sums, copied, read_sums
from ingestion.backup.taking import ASKED_FOR, SETTINGS
from ingestion.disk import fsync
from ingestion.exits import Refused
from ingestion.settings import Settings

STAGE = "restoring"
OF_A_DISK = {"lost+found"}


class NotEmpty(Refused):
    """`AIRTIME_HOME` holds something that a restore could mix up or overwrite."""


class LandingElsewhere(Refused):
    """The landing zone is not in the home, and a restore writes nowhere else."""


@dataclass(frozen=True)
class Restored:
    """A home that was brought back: its files, when the backup was made (naive UTC), where settings lie.

    `left_out` are the variables of secrets that the backup does not hold.
    """

    files: int
    made_at: datetime
    settings: Path
    left_out: list[str]


def restore(
    settings: Settings, folder: Path, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> Restored:
    """Bring the backup in `folder` back into an empty `AIRTIME_HOME`.

    Raises:
        NotABackup: it is none, or not as it was made.
        NotEmpty: there is something in the home.
        LandingElsewhere: the backup has landed files, and they belong outside of the home.
        OSError: the disk refused. In each case the home is as it was.
    """
    folder, home = folder.expanduser().resolve(), settings.root
    sums = read_sums(folder)
    moment = str(sums.notes["moment"])
    _refuse_elsewhere(settings, sums)
    _refuse_full(home, {name.removeprefix(f"{moment}/").partition("/")[0] for name in sums.files})
    with _stage(home) as stage:
        for number, (name, digest) in enumerate(sorted(sums.files.items()), 1):
            _bring(folder / name, stage / name.removeprefix(f"{moment}/"), digest)
            on_progress(number, len(sums.files))
        put_back(settings.model_copy(update={"home": stage}), stage / ASKED_FOR)
        shutil.rmtree(stage / ASKED_FOR, ignore_errors=True)
        for path in (stage / "dlt", stage / "load.lock"):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        os.sync()
        _move(stage, home)
    return _said(home, sums)


def _refuse_elsewhere(settings: Settings, sums: Sums) -> None:
    if settings.landing_zone and any(name.startswith(f"{LANDING}/") for name in sums.files):
        raise LandingElsewhere(
            f"AIRTIME_LANDING is {settings.landing_zone}, and a restore writes to AIRTIME_HOME alone: "
            "unset it, restore, copy AIRTIME_HOME/landing there and set it again. Nothing was changed"
        )


def _refuse_full(home: Path, restored: set[str]) -> None:
    there = {path.name for path in home.iterdir()} - OF_A_DISK if home.is_dir() else set()
    if STAGE in there:  # a restore was killed: what it may have moved already is its own
        there -= ({STAGE, "warehouse.duckdb"} | restored) - {LANDING}
    if there:
        raise NotEmpty(
            f"AIRTIME_HOME ({home}) holds {max(there)}, and a restore needs an empty one: move it away, or "
            "set AIRTIME_HOME to another folder. Nothing was changed"
        )


@contextmanager
def _stage(home: Path) -> Iterator[Path]:
    is_new, stage = not home.exists(), home / STAGE
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if is_new and not any(home.iterdir()):
            home.rmdir()


def _bring(source: Path, target: Path, digest: str) -> None:
    try:
        found = copied(source, target)
    except FileNotFoundError:
        raise NotABackup(f"{source} is missing: bring back another copy of this backup") from None
    if found != digest:
        raise NotABackup(
            f"{source} was cut short or altered: bring back another copy of this backup. Nothing was restored"
        )


def _move(stage: Path, home: Path) -> None:
    for path in sorted(stage.iterdir(), key=lambda path: path.name == LANDING):
        target = home / path.name
        if target.is_dir() and path.name != LANDING:  # left by a restore that was killed
            shutil.rmtree(target)
        path.replace(target)
    fsync(home)


def _said(home: Path, sums: Sums) -> Restored:
    (home / SETTINGS).chmod(0o600)
    return Restored(len(sums.files), sums.made_at, home / SETTINGS, list(sums.notes["left_out"]))
