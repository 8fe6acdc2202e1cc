"""Gathers what the chains of one crawl bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.client.paging import Stop
from ingestion.crawl.chains import Ended, Fetched
from ingestion.crawl.streams import one_row_per_stream
from ingestion.landing.files import STREAMS_SCHEMA
from ingestion.landing.rejects import Reject


@dataclass
class ChainProgress:
    """What one chain has brought so far; a second look has neither `languages` nor a `part`.

    That is the first page of everything, or streams asked for by their streamers' ids (`is_by_id`). `part`
    names what the chain lists where that is no set of languages.
    """

    languages: Sequence[str]
    is_by_id: bool = False
    part: str = ""
    pages: int = 0
    rows: int = 0
    ids: list[pa.ChunkedArray[Any]] = field(default_factory=list)
    end: Ended | None = None

    @property
    def label(self) -> str:
        """What a sentence calls the chain, "" for a second look."""
        return self.part or next(iter(self.languages), "")

    @property
    def refused(self) -> tuple[str, ...]:
        """The languages that the platform does not accept."""
        return self.end.refused if self.end else ()

    def facts(self, reason: str) -> dict[str, Any]:
        """Return the chain's part of the audit record; `reason` is why it has not ended, if so."""
        streams = pc.count_distinct(
            pa.chunked_array([c for ids in self.ids for c in ids.chunks], pa.string())
        )
        return {
            **({"part": self.part} if self.part else {}),
            "languages": list(self.languages),
            "pages": self.pages,
            "streams": streams.as_py(),
            "doubles": self.rows - streams.as_py(),
            "stop_reason": self.stop(reason).reason,
            "seconds": self.end.seconds if self.end else None,
            "refused": list(self.refused),
        }

    def stop(self, reason: str) -> Stop:
        """Return why the chain ended, or that it has not, for this `reason`."""
        return self.end.stop if self.end else Stop(reason, False)


class GatheredStreams:
    """The pages of one crawl in the order of their arrival, and how its chains fare."""

    def __init__(self) -> None:
        self._pages: list[pa.Table] = []
        self._second_looks: list[pa.Table] = []
        self.chains: dict[int, ChainProgress] = {}
        self.rejects: dict[str, Reject] = {}
        self.rows = 0

    @property
    def pages(self) -> int:
        """Pages fetched so far."""
        return len(self._pages) + len(self._second_looks)

    @property
    def errors_met(self) -> list[Exception]:
        """The errors that cut chains short, in the order in which the chains began."""
        return [chain.end.error for chain in self.chains.values() if chain.end and chain.end.error]

    @property
    def problem(self) -> str:
        """The full text of the first error that cut a chain short, "" if there was none."""
        return str(next(iter(self.errors_met), ""))

    @property
    def user_ids(self) -> pa.ChunkedArray[Any]:
        """Who has been seen so far."""
        pages = [STREAMS_SCHEMA.empty_table(), *self._pages, *self._second_looks]
        return pa.concat_tables(pages)["user_id"]

    @property
    def found_by_id(self) -> int:
        """Streams that no list had when they were asked for by their streamers' ids."""
        found = [ids for chain in self.chains.values() if chain.is_by_id for ids in chain.ids]
        return len({one for ids in found for one in ids.to_pylist()})

    def take(self, result: Fetched | Ended) -> None:
        """Take in what a chain has brought."""
        chain = self.chains[result.chain]
        if isinstance(result, Ended):
            chain.end = result
            return
        chain.pages += 1
        chain.rows += len(result.page)
        chain.ids.append(result.page["id"])
        self.rejects |= {reject.name: reject for reject in result.rejects}
        if not chain.label:
            self._second_looks.append(result.page)
            return
        self._pages.append(result.page)
        self.rows += len(result.page)

    def merged(self) -> tuple[pa.Table, int]:
        """Return one row per stream, the one fetched last, in order of ids, and the chains' doubles.

        What the second looks have in common with the chains is no double; they only add the streams
        that the chains did not see.
        """
        streams, doubles = one_row_per_stream(self._pages)
        second, _ = one_row_per_stream(self._second_looks)
        unseen = second.filter(pc.invert(pc.is_in(second["id"], value_set=streams["id"].combine_chunks())))
        return pa.concat_tables([streams, unseen]).sort_by("id"), doubles
