"""How every command ends: what a user can cause is one sentence and an exit code, the same everywhere."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

FAILED, BAD_INPUT, BUSY = 1, 2, 3


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
        sentence = {"event": "error", "message": str(error), "exit_code": code}
        click.echo(json.dumps(sentence) if as_json else f"Error: {error}", err=True)
        sys.exit(code)
