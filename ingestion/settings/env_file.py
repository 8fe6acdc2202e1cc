"""Tells how a `.env` is encoded: in UTF-8, or in UTF-16 with a mark, as editors on Windows write it."""

import codecs
from pathlib import Path

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class UnreadableEnvFile(Exception):
    """The file cannot be read as text; the message names it with the line, and nothing that it holds."""


def encoding_of(file: Path) -> str:
    """Return the encoding in which all of a `.env` can be read; it may be missing.

    Raises:
        UnreadableEnvFile: it is in neither encoding, or may not be read. An encoding without a mark is not
            guessed: a secret or a path would be read as another one.
    """
    try:
        content = file.read_bytes() if file.is_file() else b""
    except OSError as error:
        raise UnreadableEnvFile(f"{file.absolute()} cannot be read: {error.strerror}") from error
    encoding = "utf-16" if content.startswith(UTF_16_MARKS) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_text(file, content[: error.start].decode(encoding, "replace")) from error
    if "\0" in text:
        raise _not_text(file, text[: text.index("\0")])
    return encoding


def _not_text(file: Path, before: str) -> UnreadableEnvFile:
    line = before.count("\n") + 1
    return UnreadableEnvFile(f"{file.absolute()}, line {line}: this is no UTF-8 text; save the file as UTF-8")
