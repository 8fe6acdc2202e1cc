"""Tests of archives: a stream's true length from Helix's words."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.client.helix import Helix, connect
from ingestion.client.videos import VIDEOS_SCHEMA, EndedStreams, fetch_archives
from ingestion.fields import parse_duration
from ingestion.settings import Settings
from tests.ingestion.fake_twitch import FakeTwitch, answer
from tests.ingestion.loopback import Clock

AT = datetime(2026, 3, 1, 10)
VIDEOS = "/helix/videos"


@pytest.fixture
def helix(settings: Settings, clock: Clock, twitch: FakeTwitch) -> Helix:
    return connect(settings, now=clock.now, sleep=clock.sleep)


def video(video_id: str, stream_id: str | None, duration: str = "3h45m54s") -> dict:
    return {
        "id": video_id,
        "stream_id": stream_id,
        "user_id": "7",
        "created_at": "2026-03-01T04:00:00Z",
        "duration": duration,
        "title": "a title",
    }


@given(st.integers(0, 47), st.integers(0, 59), st.integers(0, 59))
def test_a_duration_is_read_with_and_without_its_larger_units(hours, minutes, seconds):
    total = hours * 3600 + minutes * 60 + seconds
    assert parse_duration(f"{hours}h{minutes}m{seconds}s") == total
    assert parse_duration(f"{minutes}m{seconds}s") == total - hours * 3600
    assert parse_duration(f"{seconds}s") == seconds


@pytest.mark.parametrize("odd", ["3", "h", "5m3h", "-5s", "1h 2m", "٣s", "1.5s", "s"])
def test_anything_else_is_no_duration(odd):
    with pytest.raises(ValueError, match="no duration"):
        parse_duration(odd)
    assert parse_duration("") is None


def test_only_archives_of_the_streams_asked_for_are_kept(helix: Helix, twitch: FakeTwitch):
    rows = [video("1", "s1"), video("2", "still live"), video("3", None), video("4", "s1", "59s")]
    twitch.faults[VIDEOS] = [answer(200, {"data": rows, "pagination": {}})]
    found, _ = fetch_archives(helix, "twitch", EndedStreams("7", ("s1", "s2")), AT)
    assert found.schema == VIDEOS_SCHEMA
    assert found.to_pylist() == [
        {
            "platform": "twitch",
            "id": name,
            "stream_id": "s1",
            "user_id": "7",
            "created_at": datetime(2026, 3, 1, 4),
            "duration_seconds": seconds,
            "fetched_at": AT,
        }
        for name, seconds in (("1", 13554), ("4", 59))
    ]
    assert twitch.called(VIDEOS) == [[("user_id", "7"), ("type", "archive"), ("first", "100")]]


@pytest.mark.parametrize("status", [400, 404])
def test_a_streamer_that_twitch_does_not_know_has_none(status, helix: Helix, twitch: FakeTwitch):
    twitch.faults[VIDEOS] = [answer(status)]
    assert len(fetch_archives(helix, "twitch", EndedStreams("7", ("s1",)), AT)[0]) == 0


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ({"duration": "bad"}, "duration is none such as 3h45m54s"),
        ({"duration": 3600}, "duration is no text"),
        ({"duration": "999999999999h"}, "duration is longer than any broadcast"),
        ({"created_at": "yesterday"}, "created_at is no time such as 2026-01-17T12:00:00Z"),
        ({"id": 5}, "id is no text"),
        ({"user_id": None}, "user_id is missing"),
    ],
)
def test_an_archive_that_cannot_be_is_set_aside_and_the_others_stay(odd, reason, helix, twitch: FakeTwitch):
    twitch.faults[VIDEOS] = [answer(200, {"data": [video("1", "s1") | odd, video("2", "s1"), None]})]
    archives, rejects = fetch_archives(helix, "twitch", EndedStreams("7", ("s1",)), AT)
    assert archives["id"].to_pylist() == ["2"]
    assert [one.reason for one in rejects] == [reason, "the row is no object"]
