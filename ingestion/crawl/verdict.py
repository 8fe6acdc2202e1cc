"""Judges whether a crawl saw everything: its chains, its rows, the clock, and the crawls before.

How a single chain ends is told by `client.paging`.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from ingestion.client.http import Unreachable
from ingestion.client.paging import Stop
from ingestion.crawl.gathered import GatheredStreams
from ingestion.landing.audit import SUSPICIOUSLY_FEW, LandedCrawl, streams_missed
from ingestion.landing.rejects import are_too_many, reasons

MOST_AHEAD = timedelta(minutes=2)
MOST_NAMED = 3


def verdict(
    gathered: GatheredStreams,
    streams: int,
    *,
    cut: str,
    ahead: timedelta,
    expected: Mapping[str, int],
    before: Sequence[LandedCrawl],
) -> tuple[Stop, str]:
    """Return whether the crawl saw everything, else why not, and the full text of what went wrong.

    Args:
        gathered: what the chains have brought.
        streams: rows that have not been rejected.
        cut: why chains that have not ended were left.
        ahead: by how much this machine's clock is ahead of the platform's.
        expected: language -> streams last seen in it: without such a language no crawl is complete.
        before: the crawls before, newest first.
    """
    stop = _of_chains(gathered, streams, cut, expected)
    unreachable = [error for error in gathered.errors_met if isinstance(error, Unreachable)]
    if unreachable and not gathered.pages:  # the time was spent on trying again
        stop = Stop(f"error: {unreachable[0].reason}", False)
    if abs(ahead) > MOST_AHEAD:
        side = "ahead of" if ahead > timedelta() else "behind"
        wrong = f"this machine's clock is {abs(ahead)} {side} the platform's: set it and crawl again"
        return Stop("wrong clock" if stop.is_complete else f"wrong clock; {stop.reason}", False), wrong
    missed = streams_missed(streams, before)
    if stop.is_complete and missed is not None:
        few = f"{streams:,} streams were found, {missed:,.0f} were in the crawls before"
        return Stop(SUSPICIOUSLY_FEW, False), few
    return stop, gathered.problem


def _of_chains(gathered: GatheredStreams, streams: int, cut: str, expected: Mapping[str, int]) -> Stop:
    """Return "end" when every chain came to its end, otherwise what went wrong, and where.

    Without a second look nothing is missing.
    """
    wrong: dict[str, list[str]] = {}
    for chain in gathered.chains.values():
        stop = chain.stop(cut)
        if chain.label and not stop.is_complete:
            wrong.setdefault(stop.reason, []).append(chain.label)
        missing = [one for one in chain.refused if expected.get(one)]
        if missing:
            wrong.setdefault("language refused", []).extend(missing)
    rejected, rows = len(gathered.rejects), len(gathered.rejects) + streams
    if are_too_many(rejected, rows):
        most = next(iter(reasons(list(gathered.rejects.values()))))
        wrong["rejected rows"] = [f"{rejected:,} of {rows:,}: {most}"]
    if not wrong:
        return Stop("end", True)
    texts = [text if text == cut else f"{text} ({_named(where)})" for text, where in wrong.items()]
    return Stop("; ".join(texts), False)


def _named(where: Sequence[str]) -> str:
    more = f" and {len(where) - MOST_NAMED} more" if len(where) > MOST_NAMED else ""
    return ", ".join(where[:MOST_NAMED]) + more
