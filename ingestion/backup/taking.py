"""Takes a backup of a home into a folder, while crawls, loads and builds go on.

    SHA256SUMS               what is in the backup, and nothing else is
    landing/..               landed files, which never change, shared by all backups to this folder
    2026-11-28T00-15-00Z/    what changes, as it was then: the user's files, the published copy, ..

Nothing of the home is locked but the warehouse, to read names and games from it, for seconds.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ingestion.backup.asked_for import write_tables
from ingestion.backup.landed import LANDING, below, withdrawn_name
from ingestion.backup.own_settings import as_env
from ingestion.backup.sums import SUMS, Sums, copied, naming, read_sums, write_sums
from ingestion.disk import sha256
from ingestion.exits import Busy, Refused, Stopped, full_disk, is_full
from ingestion.landing.files import FILE_STEM
from ingestion.landing.store import is_store
from ingestion.settings import Settings
from ingestion.warehouse.errors import WarehouseBusy, WarehouseFailed

ASKED_FOR, SETTINGS, LOCK = "names", "settings.env", "backup.lock"
# what users write, what is said to them once, and that a home is no real one
DESCRIPTIONS = ("platforms/*.yml", "kinds/*.yml")
OWN = ("SIMULATED", "*.csv", "*.yml", "*.ndjson", "watch-names.json", *DESCRIPTIONS, "skipped/**/*")
WAITING = "outbox/*/*/**/[!.]*.parquet"  # what an object store has not taken yet
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(\.\d+)?Z")
OURS = {LANDING, LOCK, SUMS, f".{SUMS}.tmp", "lost+found"}


class CannotBackUp(Refused):
    """There is nothing to back up, or the folder is not for this home's backups."""


class BackupRunning(Busy):
    """Another backup writes to the same folder."""


class BackupFailed(Stopped):
    """The folder could not be written; the backup before is as it was."""


@dataclass(frozen=True)
class Taken:
    """A backup: its files, those copied for it and their bytes, the secrets left out, what is to be told."""

    files: int
    new: int
    bytes: int
    left_out: list[str]
    warnings: list[str]


def back_up(
    settings: Settings,
    folder: Path,
    now: datetime,
    on_progress: Callable[[int], None] = lambda files: None,
    *,
    with_secrets: bool = False,
) -> Taken:
    """Bring the backup in `folder` up to date; only what it lacks is copied. `now` is naive UTC.

    Landed files that retention has dropped since an earlier backup stay in it, withdrawn crawls go.

    Raises:
        CannotBackUp: nothing has landed, or the folder holds something else.
        NotABackup: the list of the backup before is damaged.
        BackupRunning: another backup writes there.
        BackupFailed: the folder cannot be written.
    """
    folder = folder.expanduser().resolve()
    _refuse_wrong(settings, folder)
    with _failure_said(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock = FileLock(folder / LOCK).acquire(blocking=False)
        except Timeout:
            raise BackupRunning(f"another backup to {folder} is running: wait for it to end") from None
        with lock:
            old = read_sums(folder) if (folder / SUMS).exists() else Sums(now, {})
            return _Backup(settings, folder, now, old, on_progress).take(with_secrets)


class _Backup:
    def __init__(
        self, settings: Settings, folder: Path, now: datetime, old: Sums, on_progress: Callable[[int], None]
    ) -> None:
        self.settings, self.folder, self.old, self.on_progress = settings, folder, old, on_progress
        self.moment = _free_moment(folder, now)
        self.now, self.files, self.new, self.bytes = now, dict[str, str](), 0, 0

    def take(self, with_secrets: bool) -> Taken:
        home, warnings = self.settings.root, self._landing()
        own = {path for pattern in (*OWN, WAITING) for path in home.glob(pattern) if path.is_file()}
        for path in sorted(own):
            with suppress(FileNotFoundError):  # put up meanwhile
                self._copy(path, f"{self.moment}/{path.relative_to(home)}")
        if self.settings.published.exists():
            self._copy(self.settings.published, f"{self.moment}/{self.settings.published.relative_to(home)}")
        left_out = self._settings(with_secrets)
        try:
            write_tables(self.settings, self.folder / self.moment / ASKED_FOR)
        except (WarehouseBusy, WarehouseFailed) as error:
            if is_full(error):
                raise
            warnings.append(self._names_of_before(error))
        for path in sorted((self.folder / self.moment / ASKED_FOR).glob("*.parquet")):
            self._list(path)
        notes = {"moment": self.moment, "left_out": left_out}
        write_sums(self.folder, Sums(self.now, self.files, notes))
        self._remove_unlisted()
        return Taken(len(self.files), self.new, self.bytes, left_out, warnings)

    def _landing(self) -> list[str]:
        """Copy the landing zone, or leave it to its store; return what is to be told of that."""
        landing = self.settings.landing
        if is_store(landing):
            self.files |= {
                name: one for name, one in self.old.files.items() if name.startswith(LANDING + "/")
            }
            return [f"{landing} is not in it: have the store keep its own versions or copies"]
        names = {f"{LANDING}/{path.relative_to(landing)}": path for path in below(landing)}
        kept = {name for name in self.old.files if name.startswith(f"{LANDING}/")}
        self._refuse_another_home(kept, names)
        for name in kept - names.keys():
            if withdrawn_name(name) not in names:
                self.files[name] = self.old.files[name]
        for name, path in sorted(names.items()):
            if name in kept and self._is_same(name, path, withdrawn_name(name) in names):
                self.files[name] = self.old.files[name]
            elif path.exists():  # a withdrawal or retention may have taken it since
                self._copy(path, name)
            self.on_progress(len(self.files))
        return []

    def _refuse_another_home(self, kept: set[str], names: dict[str, Path]) -> None:
        if kept and not any(name in names or withdrawn_name(name) in names for name in kept):
            raise CannotBackUp(
                f"{self.folder} is another home's backup: {self.settings.landing} has none of the "
                f"{len(kept):,} landed files in it; choose another folder. Nothing was changed"
            )

    def _is_same(self, name: str, path: Path, was_withdrawn: bool) -> bool:
        """Tell whether the backup has the landed file; a withdrawn one's name may have been given again."""
        try:
            here, there = path.stat(), (self.folder / name).stat()
        except FileNotFoundError:
            return False
        if here.st_size == there.st_size and (
            here.st_mtime_ns == there.st_mtime_ns or sha256(path) == self.old.files[name]
        ):
            return True
        if not was_withdrawn:
            raise CannotBackUp(
                f"{path} is not the file that the backup has under this name, and a landed file never "
                f"changes: if it is damaged, bring it back from {self.folder / name}; if this is another "
                "home, choose another folder"
            )
        return False

    def _settings(self, with_secrets: bool) -> list[str]:
        text, left_out = as_env(self.settings, with_secrets=with_secrets)
        path = self.folder / self.moment / SETTINGS
        with naming(path):
            path.parent.mkdir(exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(text)
        self._list(path)
        return left_out

    def _names_of_before(self, error: Exception) -> str:
        """Keep names and games as the backup before has them; return what is said of that."""
        of_before = f"{self.old.notes.get('moment')}/{ASKED_FOR}/"
        for name in self.old.files:
            if name.startswith(of_before):
                self._copy(self.folder / name, f"{self.moment}/{ASKED_FOR}/{Path(name).name}")
        return f"names and games are those of the backup before, if any: {error}"

    def _copy(self, path: Path, name: str) -> None:
        self.files[name] = copied(path, self.folder / name)
        self._count(self.folder / name)

    def _list(self, path: Path) -> None:
        self.files[str(path.relative_to(self.folder))] = sha256(path)
        self._count(path)

    def _count(self, path: Path) -> None:
        self.new, self.bytes = self.new + 1, self.bytes + path.stat().st_size

    def _remove_unlisted(self) -> None:
        for name in self.old.files.keys() - self.files.keys():
            (self.folder / name).unlink(missing_ok=True)
        for path in self.folder.iterdir():
            if MOMENT.fullmatch(path.name) and path.name != self.moment:
                shutil.rmtree(path, ignore_errors=True)


def _refuse_wrong(settings: Settings, folder: Path) -> None:
    home, landing = settings.root, settings.landing
    if not is_store(landing) and not any(below(landing)):
        raise CannotBackUp(f"nothing has landed in {settings.landing}: is AIRTIME_HOME the folder you mean?")
    if not is_store(landing) and (folder.is_relative_to(landing) or landing.is_relative_to(folder)):
        raise CannotBackUp(f"{folder} and {landing} lie one in the other: choose another folder")
    if folder.is_relative_to(home) or home.is_relative_to(folder):
        raise CannotBackUp(f"{folder} and AIRTIME_HOME ({home}) lie one in the other: choose another folder")
    if folder.is_dir() and not (folder / SUMS).exists():
        others = [
            one.name for one in folder.iterdir() if not (one.name in OURS or MOMENT.fullmatch(one.name))
        ]
        if others:
            raise CannotBackUp(f"{folder} holds {min(others)} and is no backup: choose an empty folder")


def _free_moment(folder: Path, now: datetime) -> str:
    """Return a folder's name that the backup before has not: a clock may stand still, or go back."""
    moment, number = f"{now:{FILE_STEM}}", 1
    while (folder / moment).exists():
        moment, number = f"{now.replace(microsecond=0):%Y-%m-%dT%H-%M-%S}.{number}Z", number + 1
    return moment


@contextmanager
def _failure_said(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise BackupFailed(f"{full_disk(folder)}; the backup before is as it was") from error
        if error.filename and Path(error.filename).is_relative_to(folder):
            raise BackupFailed(
                f"{error.filename}: {error.strerror}; a backup needs a folder that can be written"
            ) from error
        raise
