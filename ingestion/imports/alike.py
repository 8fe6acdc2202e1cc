"""Finds names that are probably one: they differ only in case, in Unicode form, or by a broken encoding."""

import unicodedata
from collections.abc import Iterable, Iterator

LOST = "\ufffd"
MOST_NAMED = 5
COLUMNS = {"username": "usernames", "game": "games", "publisher": "publishers", "genre": "genres"}


def alike_warnings(kind: str, names: Iterable[str]) -> list[str]:
    """Return as sentences which of the distinct `names` may be one, and which hold a lost letter."""
    groups: dict[str, list[str]] = {}
    lost = []
    for name in names:
        groups.setdefault(_key(name), []).append(name)
        if LOST in name:
            lost.append(name)
    alike = [" and ".join(map(repr, sorted(group))) for group in groups.values() if len(group) > 1]
    warnings = []
    if alike:
        warnings.append(
            f"{len(alike):,} {kind} have several spellings, which stay apart: {_some(alike)}; "
            "write each in one way"
        )
    if lost:
        named = _some(map(repr, lost))
        warnings.append(
            f"{len(lost):,} {kind} have letters that an export lost: {named}; export them as UTF-8"
        )
    return warnings


def _some(named: Iterable[str]) -> str:
    found = sorted(named)
    more = f" and {len(found) - MOST_NAMED:,} more" if len(found) > MOST_NAMED else ""
    return ", ".join(found[:MOST_NAMED]) + more


def _key(name: str) -> str:
    """Return what names that are probably one have in common."""
    if not name.isascii():
        for meant in _meant(name):
            name = meant
        name = unicodedata.normalize("NFKC", name)
    return unicodedata.normalize("NFC", name.casefold())


def _meant(name: str) -> Iterator[str]:
    """Yield what was read in a wrong encoding as it was meant, once for each time that happened."""
    for _ in range(3):
        for encoding in ("cp1252", "latin-1"):
            try:
                meant = name.encode(encoding).decode()
            except UnicodeError:
                continue
            if meant != name:
                name = meant
                yield name
                break
        else:
            return
