"""Tags as they are compared and as they are shown."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from tests.reference.definitions.weights import Weighed

BLANKS = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


def spelling(tag: str) -> str:
    """Return a tag in Unicode form NFC, without blanks around it."""
    return unicodedata.normalize("NFC", tag.strip(BLANKS))


def folded(tag: str) -> str:
    """Return what is equal for tags that are one."""
    return unicodedata.normalize("NFC", spelling(tag).casefold())


def spellings(tags: list[str] | None) -> set[str]:
    """Return the spellings of a stream's tags; what is blank is none."""
    return {spelling(tag) for tag in tags or []} - {""}


def shown_tags(observations: Iterable[Weighed]) -> dict[str, str]:
    """Return folded tag -> the spelling that was on air for longest, of several the first."""
    on_air: dict[str, int] = defaultdict(int)
    for one in observations:
        for spelt in spellings(one.row.tags):
            on_air[spelt] += one.sample_seconds
    shown: dict[str, str] = {}
    for spelt in sorted(on_air, key=lambda spelt: (-on_air[spelt], spelt)):
        shown.setdefault(folded(spelt), spelt)
    return shown
