"""Files on a disk: what has to survive a crash, and whether a file is what it was."""

import hashlib
import os
from pathlib import Path


def fsync(path: Path) -> None:
    """Have the disk keep a file's or a folder's content."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace(path: Path, text: str, errors: str = "strict") -> None:
    """Put a text in the place of a file's content: a crash leaves the one or the other, whole.

    `errors` is how a character that is none is written, as `open` has it.
    """
    new = path.with_name(f".{path.name}.tmp")
    try:
        new.write_text(text, encoding="utf-8", errors=errors)
        fsync(new)
        new.replace(path)
        fsync(path.parent)
    finally:
        new.unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as they lie on the disk, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
