"""What a crawl has to expect, read from the crawls that landed before it: languages, and who is live."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.landing.audit import LandedCrawl, crawls_until
from ingestion.landing.store import brought

CRAWLS_READ = 3
COLUMNS = ["user_id", "language", "viewer_count"]
# The marts keep what raw and the landing zone have dropped; `(unknown)` is no language.
RANKED = "select distinct language from marts.rank_languages where platform = ? and language not like '(%)'"


@dataclass(frozen=True)
class Expectation:
    """What the newest crawls saw.

    `languages` has the streams of the newest complete crawl for each language that was ever asked for or
    seen: 0 for one that the platform refused, whose streams no list has. `streamers` are the user ids of
    the newest crawls, the newest first and in each by viewers.
    """

    languages: dict[str, int]
    streamers: pa.Array[Any]

    def missing(self, seen: pa.ChunkedArray[Any], most: int) -> list[str]:
        """Return at most `most` of the streamers that are not among the user ids `seen`."""
        unseen = self.streamers.filter(pc.invert(pc.is_in(self.streamers, value_set=seen)))
        return [one for one in unseen[:most].to_pylist() if one is not None]


def expectation(crawls: Sequence[LandedCrawl], languages: Iterable[str]) -> Expectation:
    """Return what the crawls (newest first) let the next one expect; damaged ones do not count.

    `languages` are those that were ever seen.
    """
    read = list(islice(_tables(crawls), CRAWLS_READ))
    counts = next((_counts(crawl, table) for crawl, table in read if crawl.is_complete), None)
    if counts is None:
        whole = _tables([crawl for crawl in crawls if crawl.is_complete])
        counts = next((_counts(crawl, table) for crawl, table in whole), {})
    by_viewers = [table.sort_by([("viewer_count", "descending")])["user_id"] for _, table in read]
    chunks = [chunk for column in by_viewers for chunk in column.chunks]
    streamers = pa.chunked_array(chunks, pa.string()).combine_chunks().unique()
    return Expectation({**dict.fromkeys(languages, 0), **counts}, streamers)


def languages_seen(
    landing: Path, published: Path, platform: str, until: datetime, always: Collection[str]
) -> list[str]:
    """Return every language of a platform that was ever asked for or seen, in order of its name.

    A crawl asks for those that it asks for `always`, and for all that were seen before it, so that no landed
    file before the newest such crawl has to be read. What was imported, and has been published since, lies
    before it.
    """
    seen = set(_ranked(published, platform))
    for crawl, table in _tables(crawls_until(landing, platform, until), ["language"]):
        seen.update(crawl.languages, filter(None, table["language"].unique().to_pylist()))
        if set(always) <= set(crawl.languages):
            break
    return sorted(seen)


def _ranked(published: Path, platform: str) -> list[str]:
    # nothing is published yet, or it is damaged: a crawl does not fail for it
    with suppress(duckdb.Error), duckdb.connect(published, read_only=True) as connection:
        return [language for (language,) in connection.execute(RANKED, [platform]).fetchall()]
    return []


def _tables(
    crawls: Iterable[LandedCrawl], columns: Sequence[str] = COLUMNS
) -> Iterator[tuple[LandedCrawl, pa.Table]]:
    """Yield the crawls that saw anything, with their rows; the load reports files that cannot be read."""
    for crawl in crawls:
        try:
            with brought([crawl.path]) as [copy]:
                table = pq.read_table(copy, columns=list(columns))
        except (pa.ArrowException, OSError):
            continue
        if len(table):
            yield crawl, table


def _counts(crawl: LandedCrawl, table: pa.Table) -> dict[str, int]:
    # in the order of the file: threads would change the order of languages from crawl to crawl
    rows = table.group_by("language", use_threads=False).aggregate([([], "count_all")]).to_pylist()
    counts = {row["language"]: row["count_all"] for row in rows if row["language"]}
    return counts | dict.fromkeys(counts.keys() & set(crawl.refused), 0)
