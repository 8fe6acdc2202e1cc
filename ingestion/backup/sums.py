"""The list of a backup's files, `SHA256SUMS`: what it names is the backup, anything else is not.

`sha256sum --check SHA256SUMS` checks it without airtime. Its first line, a comment to that program, tells a
list that was cut short or altered from a whole one. It is written last, by one rename: a backup that is
killed leaves the one before as it was.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ingestion.disk import replace
from ingestion.exits import Refused

SUMS = "SHA256SUMS"
FORMAT = 1
BLOCK = 2**20
LINE = re.compile(r"(\\?)([0-9a-f]{64})  ([^\n]+)")
ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
UNESCAPED = {escaped: plain for plain, escaped in ESCAPES.items()}


class NotABackup(Refused):
    """The folder is no backup, or not the one that was made; the message says what differs."""


@dataclass(frozen=True)
class Sums:
    """What a backup holds: SHA-256 by file name, relative to its folder, and when it was made (naive UTC)."""

    made_at: datetime
    files: Mapping[str, str]
    notes: Mapping[str, Any] = field(default_factory=dict)


def write_sums(folder: Path, sums: Sums) -> None:
    """Put the list into its place once all that it names is on the disk."""
    lines = "".join(_line(name, digest) for name, digest in sorted(sums.files.items()))
    about = {
        "airtime_backup": FORMAT,
        "made_at": f"{sums.made_at:%Y-%m-%dT%H:%M:%S}",
        **sums.notes,
        "files": len(sums.files),
        "sha256": _digest(lines),
    }
    with naming(folder / SUMS):
        os.sync()
        replace(folder / SUMS, f"# {json.dumps(about)}\n{lines}", errors="surrogateescape")


def read_sums(folder: Path) -> Sums:
    """Return what the backup in `folder` holds.

    Raises:
        NotABackup: there is no list, or it is not as it was written.
    """
    path = folder / SUMS
    try:
        text = path.read_bytes().decode("utf-8", "surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        raise NotABackup(f"{folder} is no backup: it has no {SUMS}") from None
    head, _, lines = text.partition("\n")
    try:
        about = json.loads(head.removeprefix("# "))
        made_at = datetime.fromisoformat(about.pop("made_at"))
        found, is_whole = about.pop("airtime_backup"), about.pop("sha256") == _digest(lines)
        count = about.pop("files")
    except (ValueError, KeyError, TypeError, AttributeError):
        found, is_whole = FORMAT, False
    if not is_whole:
        raise NotABackup(f"{path} was cut short or altered: bring back another copy of this backup")
    if found != FORMAT:
        raise NotABackup(f"{path} is of a newer airtime: upgrade first")
    files = {_name(*parts): digest for *parts, digest in _parts(lines)}
    if len(files) != count or any(Path(name).is_absolute() or ".." in Path(name).parts for name in files):
        raise NotABackup(f"{path} was altered: bring back another copy of this backup")
    return Sums(made_at, files, about)


def copied(source: Path, target: Path) -> str:
    """Copy a file with its time to a name that nothing else is under; return its SHA-256."""
    digest = hashlib.sha256()
    with source.open("rb") as read, naming(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        with target.open("wb") as written:
            while block := read.read(BLOCK):
                digest.update(block)
                written.write(block)
        status = os.fstat(read.fileno())
        os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    return digest.hexdigest()


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Have an error of the system name a file where it names none, as that of a write does."""
    try:
        yield
    except OSError as error:
        if error.filename:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def _line(name: str, digest: str) -> str:
    escaped = re.sub(r"[\\\n\r]", lambda found: ESCAPES[found[0]], name)
    return f"{'' if escaped == name else chr(92)}{digest}  {escaped}\n"


def _parts(lines: str) -> Iterator[tuple[str, str, str]]:
    for mark, digest, name in LINE.findall(lines):
        yield mark, name, digest


def _name(mark: str, name: str) -> str:
    return re.sub(r"\\[\\nr]", lambda found: UNESCAPED[found[0]], name) if mark else name


def _digest(lines: str) -> str:
    return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()
