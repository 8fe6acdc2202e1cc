"""Tests of follower counts: read one by one, landed under a second of their own."""

import json
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.client.helix import Helix, connect
from ingestion.client.http import ApiError
from ingestion.enrich.followers import batches_since, land_followers, points_of, read_followers
from ingestion.landing.files import FOLLOWERS_SCHEMA, AlreadyLanded, free_second, read_record
from ingestion.settings import Settings
from tests.ingestion.fake_twitch import FakeTwitch, answer
from tests.ingestion.loopback import Clock

FOLLOWERS = "/helix/channels/followers"


@pytest.fixture
def helix(settings: Settings, clock: Clock, twitch: FakeTwitch) -> Helix:
    return connect(settings, now=clock.now, sleep=clock.sleep)


def readings(clock: Clock, *ids: str) -> pa.Table:
    rows = [{"user_id": one, "follower_count": 5, "observed_at": clock.now()} for one in ids]
    return pa.Table.from_pylist(rows, schema=FOLLOWERS_SCHEMA)


@pytest.mark.parametrize(("channel", "count"), [("1", 500), ("2", 0), ("3", None)])
def test_a_count_is_read_at_its_own_moment_and_null_for_an_unknown_channel(
    channel: str, count: int | None, helix: Helix, clock: Clock, twitch: FakeTwitch
):
    twitch.followers = {"1": 500, "2": 0}
    row = {"user_id": channel, "follower_count": count, "observed_at": clock.now()}
    assert read_followers(helix, channel, clock.now) == (row, [])
    assert twitch.called(FOLLOWERS) == [[("broadcaster_id", channel), ("first", "1")]]


def test_a_reading_that_fails_is_an_error(helix: Helix, clock: Clock, twitch: FakeTwitch):
    twitch.faults[FOLLOWERS] = [answer(403)]
    with pytest.raises(ApiError, match="HTTP 403"):
        read_followers(helix, "1", clock.now)


@pytest.mark.parametrize("total", ["5", -1, 1.5, None, 2**63, True])
def test_a_total_that_is_no_number_of_followers_is_a_reading_without_a_count(
    total, helix: Helix, clock: Clock, twitch: FakeTwitch
):
    odd = {"total": total, "data": []}
    twitch.faults[FOLLOWERS] = [answer(200, odd)]
    reading, (reject,) = read_followers(helix, "1", clock.now)
    assert (reading["follower_count"], reject.id, json.loads(reject.row_json)) == (None, "1", odd)


def test_followers_land_under_their_second_with_a_record(settings: Settings, clock: Clock):
    table = readings(clock, "1")
    path = land_followers(settings.landing, "twitch", table, clock.now(), points_used=3)
    assert path == settings.landing / "twitch/followers/2026-03-01/2026-03-01T10-00-00Z.parquet"
    assert pq.read_table(path).to_pylist() == table.to_pylist()
    assert read_record(path) == {
        "kind": "followers",
        "platform": "twitch",
        "observed_at": "2026-03-01T10:00:00",
        "rows": 1,
        "points_used": 3,
    }
    with pytest.raises(AlreadyLanded):
        land_followers(settings.landing, "twitch", table, clock.now())


def test_a_batch_begun_in_a_second_that_is_taken_gets_the_next_free_one(settings: Settings, clock: Clock):
    for _ in range(3):
        second = free_second(settings.landing, "twitch", "followers", clock.now())
        land_followers(settings.landing, "twitch", readings(clock, "1"), second)
    assert second == clock.now().replace(microsecond=0) + timedelta(seconds=2)


def test_the_batches_since_a_moment_and_their_points_are_known(settings: Settings, clock: Clock):
    for hours, points in ((-30, 1), (-2, 20), (0, 300), (1, 4000)):
        at = clock.now() + timedelta(hours=hours)
        land_followers(settings.landing, "twitch", readings(clock, "1"), at, points)
    since = clock.now().replace(microsecond=0)
    batches = batches_since(settings.landing, "twitch", since)
    assert [path.name for path in batches] == ["2026-03-01T10-00-00Z.parquet", "2026-03-01T11-00-00Z.parquet"]
    assert points_of(batches) == 4300
    assert points_of(batches_since(settings.landing, "twitch", since - timedelta(hours=12))) == 4320
    assert batches_since(settings.landing, "elsewhere", since) == []
