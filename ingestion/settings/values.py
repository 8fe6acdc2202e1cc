"""What a setting may be: an address that can be called, a folder that every part of airtime can open."""

import re
import unicodedata
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "::1", "localhost")
BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w.=-]+)*/?")
# dlt, dbt, Dagster and DuckDB take these for the end of a text, a place to fill, or a pattern of names
NOT_IN_HOME = "'\"%?#*[=\\"


def called_address(value: str) -> str:
    """Return the address.

    Raises:
        ValueError: it cannot be called.
    """
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address begins with https:// or http:// and a host")
    if parts.port == 0:  # one that is no number raises here
        raise ValueError("port 0 is none")
    return value


def chat_address(value: str) -> str:
    """Return the address of a chat.

    Raises:
        ValueError: it is none, or one without encryption elsewhere than on this machine.
    """
    parts = urlsplit(value)
    if parts.scheme not in ("ircs", "irc") or not parts.hostname:
        raise ValueError("an address of a chat begins with ircs:// and a host")
    if parts.port == 0:  # one that is no number raises here
        raise ValueError("port 0 is none")
    if parts.scheme == "irc" and parts.hostname not in LOOPBACK:
        raise ValueError("irc:// is not encrypted and serves this machine alone; say ircs://")
    return value


def home_folder(value: Path) -> Path:
    """Return the folder.

    Raises:
        ValueError: not every part of airtime could open it.
    """
    try:
        root = str(value.expanduser().resolve())
    except RuntimeError as error:  # ~nobody-of-this-name
        raise ValueError(f"{value}: there is no such user's home") from error
    strange = [one for one in root if one in NOT_IN_HOME or unicodedata.category(one) in ("Cc", "Cs")]
    if strange:
        raise ValueError(
            f"the folder {root!r} has {strange[0]!r} in its path, which not every part of airtime can "
            f"open: choose one without any of {' '.join(NOT_IN_HOME)} and control characters"
        )
    return value


def landing_address(value: str) -> str:
    """Return the folder or the address of a store.

    Raises:
        ValueError: it is neither.
    """
    if "://" not in value:
        home_folder(Path(value))
    elif not BUCKET.fullmatch(value):
        raise ValueError(
            "a landing zone is a folder or s3://bucket/prefix; credentials go into AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY"
        )
    return value
