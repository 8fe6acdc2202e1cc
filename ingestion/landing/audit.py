"""Reads the audit records of landed crawls, newest first, and says what about them is out of line."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import mean, median
from typing import Any, Self

import pyarrow as pa

from ingestion.landing.files import read_record

# Over some hundred pages viewers move a few streams across page borders; one in twenty is a paging defect.
MOST_DOUBLES = 0.05
# Half a dozen hours take the platform from its peak to its trough; within three it moves by a fifth.
MOST_FALL = 0.3
COMPARED_CRAWLS, COMPARED_TIME = 12, timedelta(hours=3)
FEWEST_COMPARED = 3
# From the trough of a day to its peak the platform less than doubles, so half is not its own doing.
LEAST_SHARE, FEWEST_MISSING, JUDGING_CRAWLS = 0.5, 10, 3
# Why a crawl is incomplete that ended well and found next to nothing.
SUSPICIOUSLY_FEW = "suspiciously few"
UNREADABLE = (pa.ArrowException, OSError, KeyError, TypeError, ValueError)


@dataclass(frozen=True)
class LandedCrawl:
    """What the audit record of a landed crawl says; `observed_at` is naive UTC.

    `languages` are those that it asked for, `refused` those of them that the platform did not accept.
    """

    path: Path
    observed_at: datetime
    is_complete: bool
    stop_reason: str
    streams: int
    doubles: int
    points_used: int
    languages: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: Path, record: dict[str, Any]) -> Self:
        """Return the crawl that an audit record describes."""
        chains = record.get("chains", [])
        return cls(
            path,
            datetime.fromisoformat(record["observed_at"]),
            record["is_complete"],
            record["stop_reason"],
            record["streams"],
            record["doubles"],
            record["points_used"],
            tuple(language for chain in chains for language in chain["languages"]),
            tuple(language for chain in chains for language in chain["refused"]),
        )


def newest_crawls(landing: Path, platform: str, count: int, until: datetime) -> list[LandedCrawl]:
    """Return the newest `count` landed crawls of a platform, newest first; unreadable ones are left out.

    So are those later than `until`: the clock was wrong when they began.
    """
    return list(islice(crawls_until(landing, platform, until), count))


def crawls_until(landing: Path, platform: str, until: datetime) -> Iterator[LandedCrawl]:
    """Yield the landed crawls as `newest_crawls` returns them, reading no more than is asked for."""
    crawls = _crawls(landing / platform / "crawls")
    return (crawl for crawl in crawls if crawl.observed_at <= until)


def streams_missed(streams: int, before: Sequence[LandedCrawl]) -> float | None:
    """Return how many streams were to be expected where a crawl found suspiciously few, else None.

    That is under half of what the newest three complete crawls of `before` (newest first) had on average,
    and fewer by ten at least. Three crawls in a row that found as few before it bear it out.
    """
    whole = [crawl.streams for crawl in before if crawl.is_complete][:JUDGING_CRAWLS]
    if not whole or not _is_few(streams, mean(whole)):
        return None
    ended = [crawl for crawl in before if crawl.is_complete or crawl.stop_reason == SUSPICIOUSLY_FEW]
    found = [crawl.streams for crawl in ended[:JUDGING_CRAWLS]]
    is_borne_out = len(found) == JUDGING_CRAWLS and all(_is_few(count, mean(whole)) for count in found)
    return None if is_borne_out else mean(whole)


def out_of_line(crawls: Sequence[LandedCrawl]) -> list[str]:
    """Return, as sentences, what is out of line in the first of `crawls` (newest first)."""
    if not crawls:
        return ["no crawl has been landed"]
    newest, found = crawls[0], []
    if not newest.is_complete:
        found.append(f"the crawl is incomplete ({newest.stop_reason}) and feeds no metric")
    if newest.doubles > MOST_DOUBLES * (newest.streams + newest.doubles):
        found.append(f"{newest.doubles:,} of {newest.streams + newest.doubles:,} rows were doubles")
    usual = usual_streams(crawls)
    if usual is not None and newest.streams < (1 - MOST_FALL) * usual:
        found.append(f"{newest.streams:,} streams are live, {usual:,.0f} were in the crawls before")
    return found


def usual_streams(crawls: Sequence[LandedCrawl]) -> float | None:
    """Return the median of streams in the complete crawls shortly before the first, None of too few."""
    oldest = crawls[0].observed_at - COMPARED_TIME
    before = [crawl.streams for crawl in crawls[1:] if crawl.is_complete and crawl.observed_at >= oldest]
    if len(before) < FEWEST_COMPARED:
        return None
    return median(before[:COMPARED_CRAWLS])


def _is_few(streams: int, expected: float) -> bool:
    return streams < LEAST_SHARE * expected and streams <= expected - FEWEST_MISSING


def _crawls(folder: Path) -> Iterator[LandedCrawl]:
    for day in sorted(folder.glob("[0-9]*"), reverse=True):
        for path in sorted(day.glob("[0-9]*.parquet"), reverse=True):
            crawl = None
            with suppress(*UNREADABLE):  # a load names what is damaged
                crawl = LandedCrawl.of(path, read_record(path))
            if crawl:
                yield crawl
