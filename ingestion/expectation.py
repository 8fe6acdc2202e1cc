"""What a crawl has to expect, read from the crawls that landed before it: languages, and who is live."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.ledger import LandedCrawl

CRAWLS_READ = 3
COLUMNS = ["user_id", "language", "viewer_count"]


@dataclass(frozen=True)
class Expectation:
    """What the newest crawls saw.

    `languages` has the streams of the newest complete crawl for each language that was ever asked for or
    seen: 0 for one that the platform refused, whose streams no list has. `streamers` are the user ids of
    the newest crawls, the newest first and in each by viewers.
    """

    languages: dict[str, int]
    streamers: pa.Array

    def missing(self, seen: pa.ChunkedArray, most: int) -> list[str]:
        """Return at most `most` of the streamers that are not among the user ids `seen`."""
        unseen = self.streamers.filter(pc.invert(pc.is_in(self.streamers, value_set=seen)))
        return unseen[:most].to_pylist()


def expectation(crawls: Sequence[LandedCrawl]) -> Expectation:
    """Return what the crawls (newest first) let the next one expect; damaged ones do not count.

    Each crawl asks for every language that the crawls before it asked for or saw, so that the newest of
    them know all.
    """
    read = list(islice(_tables(crawls), CRAWLS_READ))
    counts = next((_counts(crawl, table) for crawl, table in read if crawl.is_complete), None)
    if counts is None:
        whole = _tables([crawl for crawl in crawls if crawl.is_complete])
        counts = next((_counts(crawl, table) for crawl, table in whole), {})
    asked = [language for crawl in crawls[:CRAWLS_READ] for language in crawl.languages]
    seen = [one for _, table in read for one in table["language"].unique().to_pylist() if one]
    by_viewers = [table.sort_by([("viewer_count", "descending")])["user_id"] for _, table in read]
    chunks = [chunk for column in by_viewers for chunk in column.chunks]
    streamers = pa.chunked_array(chunks, pa.string()).unique()
    return Expectation({**dict.fromkeys([*asked, *seen], 0), **counts}, streamers)


def _tables(crawls: Sequence[LandedCrawl]) -> Iterator[tuple[LandedCrawl, pa.Table]]:
    """Yield the crawls that saw anything, with their rows; the load reports files that cannot be read."""
    for crawl in crawls:
        try:
            table = pq.read_table(crawl.path, columns=COLUMNS)
        except (pa.ArrowException, OSError):
            continue
        if len(table):
            yield crawl, table


def _counts(crawl: LandedCrawl, table: pa.Table) -> dict[str, int]:
    pairs = pc.value_counts(table["language"].combine_chunks()).to_pylist()
    counts = {pair["values"]: pair["counts"] for pair in pairs if pair["values"]}
    return counts | dict.fromkeys(counts.keys() & set(crawl.refused), 0)
