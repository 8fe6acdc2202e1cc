"""Writes a past of a world into the landing zone, as if it had been crawled all along."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa

from ingestion.landing.files import (
    FOLLOWERS_SCHEMA,
    STREAMS_SCHEMA,
    CrawlRecord,
    crawl_path,
    land,
    land_crawl,
)
from simulator.truth.world import Stream, World, to_datetime, to_second

PLATFORM = "twitch"
PAGE = 100
SECONDS_PER_PAGE = 0.25
_WRITERS = 4
OnProgress = Callable[[int, int], None]
Gap = tuple[datetime, datetime]


@dataclass(frozen=True)
class Past:
    """What was written, and what was there already or left out on purpose."""

    crawls: int
    already_landed: int
    left_out: int
    streams: int
    follower_batches: int


def write_past(
    world: World,
    landing: Path,
    start: datetime,
    end: datetime,
    *,
    cadence_minutes: int,
    missing_share: float = 0.0,
    gaps: Iterable[Gap] = (),
    on_progress: OnProgress | None = None,
) -> Past:
    """Land every crawl of [start, end) that is not there yet, and one batch of followers a day.

    Crawls lie on whole multiples of the cadence since 1970, followers are read at midnight: two
    writings of overlapping pasts never land the same instant twice.

    Args:
        world: what was live, and when.
        landing: the landing zone.
        start: naive UTC, inclusive.
        end: naive UTC, exclusive.
        cadence_minutes: minutes between crawls.
        missing_share: share of the crawls to leave out, chosen by the world's seed.
        gaps: intervals (inclusive, exclusive) in which nothing is crawled.
        on_progress: called with crawls done and crawls in total.
    """
    closed = tuple(gaps)
    instants = list(_instants(start, end, timedelta(minutes=cadence_minutes)))
    outcomes: Counter[str] = Counter()

    def one(at: datetime) -> tuple[str, int]:
        if _is_missing(world, at, missing_share) or any(first <= at < last for first, last in closed):
            return "left out", 0
        return _land_once(world, landing, at, cadence_minutes)

    # several writers, because each waits most of its time for the disk to confirm
    with ThreadPoolExecutor(_WRITERS) as pool:
        for done, (outcome, streams) in enumerate(pool.map(one, instants), start=1):
            outcomes.update({outcome: 1, "streams": streams})
            if on_progress:
                on_progress(done, len(instants))
    days = sum(_land_followers(world, landing, day) for day in _instants(start, end, timedelta(days=1)))
    crawled, landed, left_out = (outcomes[name] for name in ("crawled", "already landed", "left out"))
    return Past(crawled, landed, left_out, outcomes["streams"], days)


def _land_once(world: World, landing: Path, at: datetime, cadence_minutes: int) -> tuple[str, int]:
    if (landing / crawl_path(PLATFORM, at)).exists():
        return "already landed", 0
    return "crawled", _land_crawl(world, landing, at, cadence_minutes)


def crawl_table(streams: list[Stream]) -> pa.Table:
    """Return live streams as rows of STREAMS_SCHEMA, as a crawl over HTTP would land them."""
    columns = (
        zip(*(_row(stream) for stream in streams), strict=True) if streams else [()] * len(STREAMS_SCHEMA)
    )
    arrays = [pa.array(column, field.type) for column, field in zip(columns, STREAMS_SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=STREAMS_SCHEMA)


def _row(stream: Stream) -> tuple[object, ...]:
    return (
        stream.stream_id,
        stream.streamer_id,
        stream.login,
        stream.display_name,
        stream.game_id,
        stream.game_name or None,
        stream.title,
        stream.viewers,
        stream.started_at,
        stream.language,
        stream.tags or None,
        None,
    )


def _land_crawl(world: World, landing: Path, at: datetime, cadence_minutes: int) -> int:
    streams = world.live(at)
    pages = max(1, -(-len(streams) // PAGE))
    crawl = CrawlRecord(
        platform=PLATFORM,
        observed_at=at,
        finished_at=at + timedelta(seconds=pages * SECONDS_PER_PAGE),
        cadence_seconds=cadence_minutes * 60,
        is_complete=True,
        stop_reason="end",
        pages=pages,
        streams=len(streams),
        doubles=0,
        points_used=pages,
    )
    land_crawl(landing, crawl, crawl_table(streams))
    return len(streams)


def _land_followers(world: World, landing: Path, at: datetime) -> bool:
    name = Path(PLATFORM) / "followers" / f"{at:%Y-%m-%d}" / f"{at:%Y-%m-%dT%H-%M-%SZ}.parquet"
    if (landing / name).exists():
        return False
    ids = [streamer.id for streamer in world.streamers]
    counts = [world.followers(streamer_id, at) for streamer_id in ids]
    table = pa.table([ids, counts, [at] * len(ids)], schema=FOLLOWERS_SCHEMA)
    land(landing, name, table, {"kind": "followers", "platform": PLATFORM, "observed_at": at})
    return True


def _instants(start: datetime, end: datetime, step: timedelta) -> Iterator[datetime]:
    seconds = step // timedelta(seconds=1)
    first = -(-to_second(start) // seconds) * seconds
    return (to_datetime(second) for second in range(first, to_second(end), seconds))


def _is_missing(world: World, at: datetime, share: float) -> bool:
    return share > 0 and Random(f"{world.seed}:missing:{to_second(at)}").random() < share
