"""How every command ends: what a user can cause is one sentence and an exit code, the same everywhere."""

import errno
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

FAILED, BAD_INPUT, BUSY = 1, 2, 3
NOT_TO_BE_WRITTEN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR)
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


def refused_file(error: OSError) -> str:
    """Return what is said of a file or folder that the system refused, and what to do."""
    if not error.filename:
        return str(error)
    if error.errno == errno.ENOSPC:
        return f"no space left on the disk of {error.filename}; free some and run this again"
    advice = f"; {A_HOME_TO_WRITE}" if error.errno in NOT_TO_BE_WRITTEN else ""
    return f"{error.filename}: {error.strerror}{advice}"
