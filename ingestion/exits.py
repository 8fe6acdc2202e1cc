"""How every command ends: what a user can cause is one sentence and an exit code, the same everywhere."""

import errno
import json
import re
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

import click

FAILED, BAD_INPUT, BUSY = 1, 2, 3
NOT_TO_BE_WRITTEN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR)
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_SPACE = re.compile(
    r"no space left on device|disk quota exceeded|file too large|\(ENOSPC\)|disk (is )?full", re.IGNORECASE
)
A_HOME_TO_WRITE = "AIRTIME_HOME has to be a folder that can be written"


class Stopped(Exception):
    """What stops a command; the message is one sentence that says what, where and what to do."""

    exit_code = FAILED


class Refused(Stopped):
    """What was given cannot be used: a setting, an option, a file, or the order of the commands."""

    exit_code = BAD_INPUT


class Busy(Stopped):
    """Another process holds what the command needs; the same command may do later."""

    exit_code = BUSY


def which_instead(name: str, known: Collection[str]) -> str:
    """Return what to say to whoever names what there is not: the nearest that there is, else all of them."""
    near = get_close_matches(name, known, 1)
    return f"did you mean {near[0]}?" if near else f"it can be {', '.join(known)}"


@contextmanager
def plain_errors(*, as_json: bool = False) -> Iterator[None]:
    """End the process with one sentence, or one line of JSON, where something stops the block."""
    try:
        yield
    except (Stopped, OSError) as error:
        code = getattr(error, "exit_code", FAILED)
        said = refused_file(error) if isinstance(error, OSError) else str(error)
        sentence = {"event": "error", "message": said, "exit_code": code}
        click.echo(json.dumps(sentence) if as_json else f"Error: {said}", err=True)
        sys.exit(code)


def is_full(error: BaseException) -> bool:
    """Return whether an error says that a disk, a quota or a file's largest size is used up."""
    return getattr(error, "errno", None) in FULL or NO_SPACE.search(str(error)) is not None


def full_disk(place: Path | str) -> str:
    """Return what is said where no more can be written at a file or below a folder, and what to do."""
    return f"no space left on the disk of {place}; free some and run this again"


def refused_file(error: OSError) -> str:
    """Return what is said of a file or folder that the system refused, and what to do."""
    if not error.filename:
        return str(error)
    if is_full(error):
        return full_disk(error.filename)
    advice = f"; {A_HOME_TO_WRITE}" if error.errno in NOT_TO_BE_WRITTEN else ""
    return f"{error.filename}: {error.strerror}{advice}"
