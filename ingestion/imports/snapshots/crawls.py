"""Imports recorded answers of Get Streams as crawls: read by the rules of live rows, landed like live ones.

Every file is read before anything lands. A crawl that is there already is recognised by its rows.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from statistics import median

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.crawl.streams import one_row_per_stream
from ingestion.imports.errors import BadTable, ImportRefused
from ingestion.imports.gaps import LONGEST_CADENCE
from ingestion.imports.snapshots.dumps import Part, read_dump
from ingestion.imports.snapshots.instants import When
from ingestion.imports.snapshots.rows import Row, as_answered, check_fields, with_own_names
from ingestion.imports.snapshots.spool import Spool
from ingestion.imports.source import open_source
from ingestion.imports.tables.history import alone, check_platform
from ingestion.landing.files import (
    STREAMS_SCHEMA,
    WITHDRAWN,
    CrawlRecord,
    crawl_path,
    land_crawl,
    read_record,
)
from ingestion.landing.rejects import Reject, are_too_many, land_rejects
from ingestion.landing.store import brought, on_disk, put_up_waiting
from ingestion.platforms.description import TWITCH
from ingestion.platforms.rows import shipped_rules


@dataclass
class Snapshots:
    """What an import did; `instants` are those of all crawls in the files, landed now or before.

    `streams` and `doubles` count the rows of the crawls that were landed now; `rejects` are the rows that
    could not be right, by instant and name.
    """

    instants: list[datetime] = field(default_factory=list)
    landed: list[Path] = field(default_factory=list)
    streams: int = 0
    doubles: int = 0
    rejects: dict[datetime, dict[str, Reject]] = field(default_factory=dict)
    cadence_seconds: int = 0
    median_gap_seconds: float | None = None
    warnings: list[str] = field(default_factory=list)


def import_snapshots(
    landing: Path,
    files: Sequence[Path],
    when: When,
    *,
    platform: str,
    cadence_seconds: int | None,
    usual_cadence_seconds: int,
    imported_at: datetime,
    names: Mapping[str, str],
) -> Snapshots:
    """Land the crawls that the files hold, all of them or, when a file is at fault, none.

    Without `cadence_seconds` it is the median gap between the crawls, or `usual_cadence_seconds` of a
    single one. `names` gives the dump's name of a field for ours; `imported_at` is naive UTC.

    Raises:
        BadTable: a file is no dump of Get Streams; nothing is landed.
        ImportRefused: the platform, the cadence or the instants are not acceptable; nothing is landed.
        NotLanded: the disk refused.
    """
    check_platform(platform)
    if any((landing / platform / "imports").glob("*.parquet")):
        raise ImportRefused(
            f"platform {platform} holds imported tables, which do not mix with crawls; "
            "choose another --platform"
        )
    put_up_waiting(landing)
    with alone(landing), _scratch(on_disk(landing) / ".snapshots") as folder, Spool(folder) as spool:
        done = Snapshots()
        for path in files:
            _spool(path, when, names, imported_at, spool, done)
        known = _check_landed(landing, platform, spool, done)
        done.cadence_seconds = _cadence(done, cadence_seconds, usual_cadence_seconds)
        kept = set(known.values()) - {cadence_seconds}
        if cadence_seconds and kept:
            done.warnings.append(f"crawls that had landed before keep their cadence of {min(kept)} seconds")
        _land(landing, platform, spool, done, known)
    return done


def _spool(
    path: Path, when: When, names: Mapping[str, str], until: datetime, spool: Spool, done: Snapshots
) -> None:
    at_of_file = when.of_file(path)
    read = lru_cache(4096)(when.read)
    streams = 0
    for part in read_dump(open_source(path)):
        rows = [with_own_names(row, names) for row in part.rows]
        check_fields(rows, part.place)
        groups: dict[datetime, list[Row]] = {}
        for row in rows:
            at = at_of_file or read(_taken_out(row, when.column or "", part), part.place)
            groups.setdefault(at, []).append(as_answered(row, part.place))
        for at, own in groups.items():
            table, rejects = _live_rows(own, at, until, part)
            done.rejects.setdefault(at, {}).update((reject.name, reject) for reject in rejects)
            streams += len(table)
            spool.add(at, table)
    if not streams:
        done.warnings.append(f"{path} holds no live stream and makes no crawl")


def _taken_out(row: Row, column: str, part: Part) -> object:
    if column not in row:
        raise BadTable(f"{part.place}, or after it: a row has no {column!r}, which is to tell its instant")
    return row.pop(column)


def _live_rows(
    rows: Sequence[Row], at: datetime, until: datetime, part: Part
) -> tuple[pa.Table, list[Reject]]:
    rules = shipped_rules(TWITCH)
    if at > rules.latest_start(until):
        raise BadTable(f"{part.place}: {at} UTC lies in the future; check the time and --time-zone")
    table, rejects = rules.table(rows, at)
    ahead = sum(reject.reason == rules.too_late for reject in rejects)
    if are_too_many(ahead, len(rows)) or ahead > len(rows) / 2:
        raise BadTable(
            f"{part.place}: {ahead:,} of {len(rows):,} streams began after {at} UTC, when they were seen; "
            "check --time-zone"
        )
    return table, rejects


def _check_landed(landing: Path, platform: str, spool: Spool, done: Snapshots) -> dict[datetime, int]:
    """Note the crawls' instants; return the cadence of those that have landed with the same rows."""
    known = {}
    for at, rows in spool.crawls():
        done.instants.append(at)
        path, withdrawn = landing / crawl_path(platform, at), landing / WITHDRAWN / crawl_path(platform, at)
        if withdrawn.exists() and not path.exists():
            done.warnings.append(f"the crawl of {at} was withdrawn and is not imported again")
            known[at] = read_record(withdrawn)["cadence_seconds"]
        elif path.exists():
            with brought([path]) as [copy]:
                is_same = pq.read_table(copy).cast(STREAMS_SCHEMA).equals(_merged(rows)[0])
            if not is_same:
                raise ImportRefused(
                    f"{path} is a crawl of the same second with other streams; import all files of a crawl "
                    "together, and other recordings into another --platform"
                )
            known[at] = read_record(path)["cadence_seconds"]
    if not done.instants:
        raise ImportRefused("no file holds a live stream; nothing was imported")
    return known


def _cadence(done: Snapshots, asked: int | None, usual: int) -> int:
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(done.instants)]
    done.median_gap_seconds = median(gaps) if gaps else None
    cadence = asked or (round(done.median_gap_seconds) if done.median_gap_seconds else usual)
    if not 1 <= cadence <= LONGEST_CADENCE:
        raise ImportRefused(
            f"a cadence of {cadence:,} seconds is not between 1 and {LONGEST_CADENCE:,}: "
            "say with --cadence-seconds for how long a crawl may stand"
        )
    return cadence


def _merged(rows: pa.Table) -> tuple[pa.Table, int]:
    streams, doubles = one_row_per_stream([rows])
    return streams.sort_by("id").combine_chunks(), doubles


def _land(landing: Path, platform: str, spool: Spool, done: Snapshots, known: Mapping[datetime, int]) -> None:
    for at, rows in spool.crawls():
        if at in known:
            continue
        streams, doubles = _merged(rows)
        rejects = list(done.rejects.get(at, {}).values())
        record = CrawlRecord(
            platform=platform,
            observed_at=at,
            finished_at=at,
            cadence_seconds=done.cadence_seconds,
            is_complete=not are_too_many(len(rejects), len(rejects) + len(streams)),
            stop_reason="import",
            pages=0,
            streams=len(streams),
            doubles=doubles,
            points_used=0,
            rejected=len(rejects),
        )
        if rejects:
            land_rejects(landing, platform, rejects, at)
        done.landed.append(land_crawl(landing, record, streams))
        done.streams += len(streams)
        done.doubles += doubles


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    shutil.rmtree(folder, ignore_errors=True)  # what an import that was killed has left
    try:
        folder.mkdir(parents=True)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
