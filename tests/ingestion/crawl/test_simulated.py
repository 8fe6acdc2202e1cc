"""Tests of crawls against the simulator: what is landed is what was live."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion.client import http
from simulator.faults.injected import Faults
from simulator.truth.world import World
from tests.ingestion.crawl.simulated_crawls import AT, crawl, landed_viewers, live_viewers, simulated
from tests.ingestion.loopback import Clock


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=3, streamers=3000)


@pytest.fixture
def clock() -> Clock:
    return Clock(AT)


@pytest.fixture
def serving(world: World, clock: Clock, tmp_path: Path):
    return lambda layer=None, **options: simulated(world, tmp_path, clock.now, layer, **options)


def _reasons(crawled) -> set[str]:
    return {chain["stop_reason"] for chain in crawled.record.chains if chain["streams"]} - {"first page"}


def test_a_crawl_lands_exactly_what_is_live(serving, world: World, clock: Clock):
    with serving() as (served, settings):
        crawled = crawl(settings, clock)
    assert landed_viewers(crawled) == live_viewers(world)
    record = crawled.record
    assert (record.is_complete, record.stop_reason, record.doubles) == (True, "end", 0)
    assert record.pages == record.points_used == served.box.calls["/helix/streams"]
    first = world.live(AT)[0]
    [landed] = [row for row in pq.read_table(crawled.path).to_pylist() if row["id"] == first.stream_id]
    assert (landed["user_name"], landed["title"]) == (first.display_name, first.title)
    assert (landed["started_at"], landed["tags"] or ()) == (first.started_at, list(first.tags) or ())


def test_a_second_crawl_divides_by_what_the_first_has_landed(serving, world: World, clock: Clock):
    with serving() as (_, settings):
        first, second = crawl(settings, clock), crawl(settings, clock)
    assert landed_viewers(second) == landed_viewers(first)
    assert len(first.record.chains) == 33
    assert len(second.record.chains) == 5
    streams = [chain["streams"] for chain in second.record.chains[:-1]]
    assert sum(streams) == second.record.streams
    assert max(streams) == max(chain["streams"] for chain in first.record.chains[:-1])


@pytest.mark.parametrize("fault", ["429", "500", "503", "401", "dropped", "truncated", "hanging"])
def test_a_fault_in_mid_crawl_loses_nothing(
    fault: str, serving, world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    if fault == "hanging":
        monkeypatch.setattr(http, "READ_SECONDS", 3.0)
    faults = Faults({fault: 1.0}, skip_calls=1, most=1, clock=clock.now)
    with serving(faults) as (_, settings):
        crawled = crawl(settings, clock)
    assert faults.hits == {fault: 1}
    before, after = live_viewers(world).keys(), live_viewers(world, clock.now()).keys()
    assert before & after <= landed_viewers(crawled).keys() <= before | after
    assert (crawled.record.is_complete, crawled.record.stop_reason) == (True, "end")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("looping_cursor", "loop"),
        ("ia_cursor", "blank cursor"),
        ("short_pages", "end"),
        ("nulls", "end"),
        ("new_fields", "end"),
        ("doubles", "end"),
    ],
)
def test_a_defect_of_the_list_loses_nothing(fault: str, reason: str, serving, world: World, clock: Clock):
    with serving(Faults({fault: 1.0}, clock=clock.now)) as (_, settings):
        crawled = crawl(settings, clock)
    assert landed_viewers(crawled).keys() == live_viewers(world).keys()
    assert (crawled.record.is_complete, crawled.record.stop_reason) == (True, "end")
    assert _reasons(crawled) == {reason}
    assert (crawled.record.doubles > 0) == (fault == "doubles")


@pytest.mark.parametrize(
    ("fault", "after", "reason"),
    [
        ("invalid_cursor", 0, "invalid cursor"),
        ("empty_pages", 12, "empty pages"),
        ("500", 12, "error: HTTP 500"),
    ],
)
def test_a_chain_that_breaks_lands_its_streams_as_incomplete(
    fault: str, after: int, reason: str, serving, world: World, clock: Clock
):
    with serving(Faults({fault: 1.0}, skip_calls=after, clock=clock.now)) as (_, settings):
        crawled = crawl(settings, clock)
    record = crawled.record
    assert (record.is_complete, record.stop_reason.startswith(f"{reason} (")) == (False, True)
    assert 100 < record.streams < len(live_viewers(world))
    assert landed_viewers(crawled).items() <= live_viewers(world).items()


def test_a_small_bucket_is_never_overdrawn(serving, world: World, clock: Clock):
    with serving(points_per_minute=20) as (served, settings):
        crawled = crawl(settings, clock)
    assert landed_viewers(crawled).keys() & live_viewers(world).keys()
    assert crawled.record.is_complete
    assert served.box.calls["/helix/streams"] == crawled.record.pages == crawled.record.points_used > 20
