"""Tests of whose followers are read next: the ranked, the oldest reading first, then by hours watched."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from ingestion.enrich.cohort import due_readings
from ingestion.enrich.followers import land_followers
from ingestion.landing.files import FOLLOWERS_SCHEMA
from ingestion.settings import Settings
from ingestion.warehouse.file import reading
from ingestion.warehouse.load import load
from tests.ingestion.landed_crawls import START, land_streams, minutes, settings_in, stream

NOW = START + timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def publish(settings: Settings, *rows: tuple[str, str, float]) -> None:
    """Publish rankings of (period, streamer, hours watched)."""
    settings.published.parent.mkdir(parents=True)
    with duckdb.connect(settings.published) as published:
        published.execute("create schema marts")
        columns = "platform varchar, period varchar, streamer_id varchar, hours_watched double"
        published.execute(f"create table marts.rank_streamers ({columns})")
        values = [("twitch", *row) for row in rows] + [("elsewhere", "last_7_days", "x", 9e9)]
        published.executemany("insert into marts.rank_streamers values (?, ?, ?, ?)", values)


def read(settings: Settings, at: datetime, *ids: str) -> None:
    rows = [{"user_id": one, "follower_count": 5, "observed_at": at} for one in ids]
    land_followers(settings.landing, "twitch", pa.Table.from_pylist(rows, schema=FOLLOWERS_SCHEMA), at)


def due(settings: Settings, most: int = 100, now: datetime = NOW) -> list[str]:
    with reading(settings) as raw:
        return due_readings(settings, "twitch", raw, now, most)


def test_before_anything_is_published_those_on_air_are_read_by_viewers(settings):
    land_streams(settings, minutes(0), [stream(9, viewers=1000)])
    land_streams(settings, minutes(5), [stream(1, viewers=5), stream(2, viewers=50)])
    assert due(settings) == ["u2", "u1"]
    assert due(settings, most=1) == ["u2"]


def test_the_ranked_come_first_then_others_by_hours_watched_then_who_is_on_air(settings):
    land_streams(settings, minutes(0), [stream(1, viewers=9999), stream(2, viewers=5)])
    publish(
        settings,
        ("last_7_days", "small", 1.0),
        ("last_30_days", "small", 4.0),
        ("last_7_days", "u2", 3.0),
        ("last_30_days", "absent", 5000.0),
        ("last_90_days", "longer absent", 6000.0),
        ("month", "long gone", 7000.0),
    )
    assert due(settings) == ["small", "u2", "longer absent", "absent", "u1"]


def test_of_the_ranked_the_oldest_reading_comes_first_whether_loaded_or_only_landed(settings):
    publish(
        settings, *(("last_7_days", name, watched) for name, watched in zip("abcde", range(5), strict=True))
    )
    read(settings, NOW - timedelta(hours=30), "a", "d")
    load(settings)
    read(settings, NOW - timedelta(hours=40), "b")
    read(settings, NOW - timedelta(hours=23), "c")
    read(settings, NOW - timedelta(hours=70), "e")
    assert due(settings) == ["e", "b", "d", "a"]
    load(settings)
    assert due(settings) == ["e", "b", "d", "a"]
    assert due(settings, now=NOW + timedelta(hours=1, seconds=1))[-1] == "c"


def test_a_reading_without_a_count_is_not_repeated_at_once(settings):
    publish(settings, ("last_7_days", "gone", 1.0))
    rows = [{"user_id": "gone", "follower_count": None, "observed_at": NOW}]
    land_followers(settings.landing, "twitch", pa.Table.from_pylist(rows, schema=FOLLOWERS_SCHEMA), NOW)
    assert due(settings, now=NOW + timedelta(hours=1)) == []


def test_nobody_is_due_where_there_is_nothing(settings):
    assert due(settings) == []
