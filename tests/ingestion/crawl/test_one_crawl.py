"""Tests of a whole crawl: what it lands, and what it writes into the audit record."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion.crawl.imported import ImportedPlatform
from ingestion.crawl.running import CrawlOutcome
from ingestion.landing.files import STREAMS_SCHEMA, landed_files, read_record
from ingestion.platforms.reading import SHIPPED
from ingestion.settings import MissingSetting, Settings
from tests.ingestion.fake_twitch import FakeTwitch, stream, streams
from tests.ingestion.loopback import Clock
from tests.ingestion.of_twitch import crawl_streams

STARTED_AT = datetime(2026, 3, 1, 10, 0, 0)


@pytest.fixture
def crawl(settings: Settings, clock: Clock, twitch: FakeTwitch):
    twitch.is_crawled = True

    def run(**options) -> CrawlOutcome:
        return crawl_streams(settings, now=clock.now, sleep=clock.sleep, **options)

    return run


def _ids(path: Path) -> list[str]:
    return pq.read_table(path)["id"].to_pylist()


def test_a_crawl_lands_every_stream_with_its_audit_record(crawl, settings: Settings, twitch: FakeTwitch):
    twitch.page(streams(250))

    crawled = crawl()

    name = "twitch/crawls/2026-03-01/2026-03-01T10-00-00Z.parquet"
    assert crawled.path == settings.landing / name
    assert pq.read_schema(crawled.path).remove_metadata() == STREAMS_SCHEMA
    assert sorted(_ids(crawled.path)) == sorted(f"s{number}" for number in range(250))
    record = read_record(crawled.path)
    chains = record.pop("chains")
    assert record == {
        "kind": "crawl",
        "platform": "twitch",
        "observed_at": "2026-03-01T10:00:00",
        "finished_at": "2026-03-01T10:00:00.250000",
        "cadence_seconds": 300,
        "is_complete": True,
        "stop_reason": "end",
        "pages": len(chains) + 2,
        "streams": 250,
        "doubles": 0,
        "points_used": len(chains) + 2,
        "found_by_id": 0,
        "rejected": 0,
    }
    assert (crawled.reasons, crawled.problem) == ({}, "")
    assert not (settings.landing / "twitch" / "rejected").exists()


def test_a_stream_seen_twice_counts_once_with_the_row_fetched_last(crawl, twitch: FakeTwitch):
    twitch.pages = [
        [stream(1, 50), stream(2, 40)],
        [stream(2, 39), stream(3, 30)],
        [stream(2, 38), stream(4, 20)],
    ]

    crawled = crawl()

    rows = pq.read_table(crawled.path).select(["id", "viewer_count"]).to_pylist()
    assert {row["id"]: row["viewer_count"] for row in rows} == {"s1": 50, "s2": 38, "s3": 30, "s4": 20}
    assert (crawled.record.streams, crawled.record.doubles) == (4, 2)


def _odd(count: int) -> list[dict]:
    """Return a thousand streams in their order, so many of them with impossible viewers."""
    return [row | {"viewer_count": -1} if at < count else row for at, row in enumerate(streams(1000))]


def test_an_impossible_row_is_set_aside_counted_and_landed_beside_the_good_ones(
    crawl, settings: Settings, twitch: FakeTwitch
):
    twitch.page(_odd(1))
    events = []
    crawled = crawl(on_event=events.append)
    assert (crawled.record.is_complete, crawled.record.streams, crawled.record.rejected) == (True, 999, 1)
    reason = "viewer_count is no whole number from 0 to 100,000,000"
    assert events[-1].facts["reasons"] == crawled.reasons == {reason: 1}
    [beside] = (settings.landing / "twitch" / "rejected").rglob("*.parquet")
    assert beside.name == crawled.path.name
    assert read_record(beside)["observed_at"] == read_record(crawled.path)["observed_at"]
    [row] = pq.read_table(beside).to_pylist()
    assert (row["id"], row["reason"]) == ("s0", reason)
    assert json.loads(row["row_json"]) == _odd(1)[0]


@pytest.mark.parametrize(("count", "is_complete"), [(9, True), (10, False)])
def test_a_hundredth_of_impossible_rows_makes_a_crawl_incomplete_if_they_are_ten(
    count: int, is_complete: bool, crawl, twitch: FakeTwitch
):
    twitch.page(_odd(count))
    record = crawl().record
    why = f"rejected rows ({count} of 1,000: viewer_count is no whole number from 0 to 100,000,000)"
    assert (record.is_complete, record.stop_reason) == (is_complete, "end" if is_complete else why)
    assert (record.streams, record.rejected) == (1000 - count, count)


def test_nine_impossible_rows_are_few_however_small_the_crawl(crawl, twitch: FakeTwitch):
    twitch.page(_odd(9)[:10])
    record = crawl().record
    assert (record.is_complete, record.streams, record.rejected) == (True, 1, 9)


def test_an_impossible_row_that_comes_twice_counts_once(crawl, twitch: FakeTwitch):
    twitch.pages = [[stream(1, 5), None, stream(2, -1)], [None, stream(2, -2), stream(3, 1)]]
    record = crawl().record
    assert (record.streams, record.rejected, record.doubles) == (2, 2, 0)


def test_nothing_live_is_a_complete_crawl_without_rows(crawl, twitch: FakeTwitch):
    twitch.pages = [[]]
    crawled = crawl()
    assert (crawled.record.is_complete, crawled.record.streams) == (True, 0)
    assert pq.read_table(crawled.path).num_rows == 0


def test_all_rows_of_a_crawl_belong_to_the_second_at_which_it_started(
    crawl, clock: Clock, twitch: FakeTwitch
):
    twitch.page(streams(150))
    crawled = crawl(on_event=lambda event: clock.sleep(40 * (event.name == "chain ended")))
    assert crawled.record.observed_at == STARTED_AT
    assert crawled.record.finished_at >= STARTED_AT + timedelta(seconds=80.25)


def test_a_second_crawl_in_one_second_waits_for_the_next(crawl, clock: Clock, twitch: FakeTwitch):
    twitch.page(streams(3))
    observed = [crawl().record.observed_at for _ in range(3)]
    assert observed == [STARTED_AT + timedelta(seconds=number) for number in range(3)]
    assert clock.moment >= observed[-1]


def test_a_platform_with_imported_files_is_refused_before_anything_is_sent(
    crawl, settings: Settings, twitch: FakeTwitch
):
    imports = settings.landing / "twitch" / "imports"
    imports.mkdir(parents=True)
    (imports / "2026-03-01T09-00-00Z-0123456789ab-streamers.parquet").touch()
    with pytest.raises(ImportedPlatform, match="imported into platform twitch"):
        crawl()
    assert twitch.requests == []


def test_imports_into_another_platform_do_not_matter(crawl, settings: Settings, twitch: FakeTwitch):
    (settings.landing / "history" / "imports").mkdir(parents=True)
    twitch.page(streams(3))
    assert crawl().record.is_complete


def test_missing_credentials_are_named_before_anything_is_sent_or_written(
    settings: Settings, clock: Clock, twitch: FakeTwitch
):
    empty = settings.model_copy(update={"twitch_client_id": ""})
    with pytest.raises(MissingSetting, match="TWITCH_CLIENT_ID is not set"):
        crawl_streams(empty, now=clock.now, sleep=clock.sleep)
    assert twitch.requests == []
    assert not settings.root.exists()


def test_a_crawl_leaves_no_other_file_in_the_landing_zone(crawl, settings: Settings, twitch: FakeTwitch):
    twitch.page(streams(3))
    crawled = crawl()
    assert landed_files(settings.landing) == [crawled.path.relative_to(settings.landing)]
    assert [path for path in settings.landing.rglob("*") if path.is_file()] == [crawled.path]


def test_a_crawl_never_ends_before_it_began(crawl, clock: Clock, twitch: FakeTwitch):
    twitch.page(streams(3))
    crawled = crawl(on_event=lambda event: clock.sleep(-3600))
    assert crawled.record.finished_at == crawled.record.observed_at == STARTED_AT


def test_a_description_of_ones_own_is_what_is_crawled_by(crawl, settings: Settings, twitch: FakeTwitch):
    own = settings.root / "platforms" / "twitch.yml"
    own.parent.mkdir(parents=True)
    own.write_text((SHIPPED / "twitch.yml").read_text().replace("a_call: 100", "a_call: 7"))
    twitch.page(streams(250))
    record = crawl().record
    assert (record.is_complete, record.streams) == (True, 250)
    assert max(len(chain["languages"]) for chain in record.chains) == 7
