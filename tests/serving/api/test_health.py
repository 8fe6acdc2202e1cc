"""The health check: each platform and kind that is published, on or tracked, and whether it is heard of."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from ingestion.platforms.choice import Platform
from ingestion.sources.services import TrackedKind
from ingestion.sources.tracked import BadList
from tests.serving.api.marts import PUBLISHED_AT
from tests.serving.api.serving_api import served

TWITCH, KICK = Platform("twitch", "Twitch", 5), Platform("kick", "Kick", 5)
HISTORY = {
    "platform": "history",
    "is_on": False,
    "is_silent": False,
    "newest_crawl_at": "2019-01-07T09:29:00Z",
    "cadence_minutes": None,
}
KIND = "youtube.video"
Ask = Callable[..., requests.Response]


@pytest.fixture
def ask(published: Path) -> Ask:
    """Return what the health check answers so long after the publish, of a server that began then."""

    def ask(*platforms: Platform, tracked: Sequence[TrackedKind] = (), **later: float) -> requests.Response:
        moments = [PUBLISHED_AT]

        def now() -> datetime:
            return moments[-1]

        with served(published, platforms=platforms, tracked=lambda at: tracked, now=now) as url:
            moments.append(PUBLISHED_AT + timedelta(**later))
            return requests.get(f"{url}/health", timeout=30)

    return ask


def row(answer: requests.Response, platform: str) -> dict[str, Any]:
    [found] = [one for one in answer.json()["platforms"] if one["platform"] == platform]
    return found


def test_it_says_what_is_published_and_of_which_platforms(get, sql):
    response = get("/health")
    assert response.headers["Cache-Control"] == "no-store"
    (publication,) = sql("from meta.publication")
    newest = {"history": "2019-01-07T09:29:00Z", "twitch": "2026-11-21T12:00:00Z"}
    assert response.json() == {
        "status": "ok",
        "version": publication["version"],
        "published_at": "2026-11-21T12:00:00Z",
        "source_crawls": newest,
        "platforms": [
            HISTORY,
            {**HISTORY, "platform": "twitch", "newest_crawl_at": "2026-11-21T12:00:00Z"},
        ],
    }


def test_a_platform_that_is_on_is_well_while_it_is_crawled_and_published(ask: Ask):
    answer = ask(TWITCH, hours=3)
    assert answer.status_code == 200
    assert row(answer, "twitch") == {
        "platform": "twitch",
        "is_on": True,
        "is_silent": False,
        "newest_crawl_at": "2026-11-21T12:00:00Z",
        "cadence_minutes": 5,
    }


def test_a_platform_that_is_on_and_silent_is_not_well_and_is_named(ask: Ask):
    answer = ask(TWITCH, hours=3, seconds=1)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert found["detail"] == (
        "no complete crawl of twitch has been published since 2026-11-21 12:00 UTC, though one is due every "
        "5 minutes: see its runs in the Dagster UI (make ui)"
    )
    assert row(answer, "twitch")["is_silent"]
    assert row(answer, "history") == HISTORY


def test_a_platform_may_be_silent_for_as_long_as_its_own_cadence_allows(ask: Ask):
    seldom = Platform("twitch", "Twitch", 60)
    assert ask(seldom, hours=5).status_code == 200
    assert ask(seldom, hours=5, seconds=1).status_code == 503


def test_a_platform_that_was_silent_already_when_the_others_were_published_is_told_of_at_once(ask: Ask):
    history = Platform("history", "History", 5)
    answer = ask(history, TWITCH)
    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("no complete crawl of history has been published since 2019-")
    assert not row(answer, "twitch")["is_silent"]


def test_a_platform_that_has_just_been_switched_on_has_its_time_to_be_heard_of(ask: Ask):
    answer = ask(TWITCH, KICK, hours=3)
    assert answer.status_code == 200
    assert row(answer, "kick")["newest_crawl_at"] is None
    late = ask(KICK, hours=3, seconds=1)
    assert late.json()["detail"].startswith("no complete crawl of kick has been published yet, though one")


def kind_row(answer: requests.Response, kind: str) -> dict[str, Any]:
    [found] = [one for one in answer.json()["tracked"] if one["kind"] == kind]
    return found


def test_whoever_tracks_nothing_is_told_nothing_of_it(ask: Ask):
    assert "tracked" not in ask().json()


def test_a_kind_that_is_tracked_is_well_for_three_of_its_cadences_and_then_named(ask: Ask):
    every_two_hours = TrackedKind(KIND, timedelta(hours=2))
    well = ask(tracked=[every_two_hours], hours=8)
    assert well.status_code == 200
    assert kind_row(well, KIND) == {
        "kind": KIND,
        "is_silent": False,
        "newest_reading_at": "2026-11-21T12:00:00Z",
        "every_seconds": 7200,
    }
    silent = ask(tracked=[every_two_hours], hours=8, seconds=1)
    assert silent.status_code == 503
    assert silent.json()["detail"] == (
        f"no reading of {KIND} has been published since 2026-11-21 12:00 UTC, though its items are due every "
        "2:00:00: see what python -m ingestion track run says, or its runs in the Dagster UI (make ui)"
    )
    assert kind_row(silent, KIND)["is_silent"]


def test_a_kind_that_is_tracked_from_now_on_has_its_time_to_be_heard_of(ask: Ask):
    new = TrackedKind("new.thing", timedelta(minutes=1))
    answer = ask(tracked=[new], hours=30)
    assert answer.status_code == 200
    assert kind_row(answer, "new.thing")["newest_reading_at"] is None


def test_a_kind_that_only_finds_others_makes_no_readings_to_wait_for(ask: Ask):
    monitor = TrackedKind("some.monitor", timedelta(hours=1), has_readings=False)
    assert "tracked" not in ask(tracked=[monitor], hours=30).json()


def test_a_list_that_cannot_be_read_any_more_leaves_what_was_tracked(published: Path):
    lists = [[TrackedKind(KIND, timedelta(hours=1))]]

    def tracked(at: datetime) -> list[TrackedKind]:
        if not lists:
            raise BadList("no list")
        return lists.pop()

    moments = [PUBLISHED_AT]
    with served(published, tracked=tracked, now=lambda: moments[-1]) as url:
        first = requests.get(f"{url}/health", timeout=30).json()
        moments.append(PUBLISHED_AT + timedelta(minutes=1))
        second = requests.get(f"{url}/health", timeout=30).json()
    assert first == second
    assert [row["kind"] for row in second["tracked"]] == [KIND]
