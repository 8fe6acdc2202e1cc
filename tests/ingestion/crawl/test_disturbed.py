"""Tests of crawls that the platform disturbs: which are complete, and what an incomplete one lands."""

from datetime import timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest
from starlette.requests import Request
from starlette.responses import Response

from ingestion.client.application import RefusedCredentials
from ingestion.client.http import WrongAddress
from ingestion.clock import epoch_seconds
from ingestion.crawl.running import CrawlOutcome, NothingFetched
from ingestion.landing.files import landed_files, read_record
from ingestion.settings import Settings
from tests.ingestion.fake_twitch import SECRET, FakeTwitch, answer, cut_off, not_json, streams
from tests.ingestion.loopback import Clock
from tests.ingestion.of_twitch import crawl_streams

STREAMS = "/helix/streams"
REFUSED = answer(401)


@pytest.fixture
def crawl(settings: Settings, clock: Clock, twitch: FakeTwitch):
    twitch.page(streams(250))
    twitch.is_crawled = True
    return lambda: crawl_streams(settings, now=clock.now, sleep=clock.sleep)


def _english(crawled: CrawlOutcome) -> dict[str, Any]:
    [chain] = [chain for chain in crawled.record.chains if "en" in chain["languages"]]
    return chain


def _outcome(crawled: CrawlOutcome) -> tuple[bool, str, int, int]:
    """Return whether the crawl is complete, why English ended, its pages, and the crawl's streams."""
    record, english = crawled.record, _english(crawled)
    assert pq.read_metadata(crawled.path).num_rows == record.streams
    assert record.stop_reason == ("end" if record.is_complete else f"{english['stop_reason']} (en)")
    return record.is_complete, english["stop_reason"], english["pages"], record.streams


@pytest.mark.parametrize(
    "fault",
    [REFUSED, answer(429), answer(500), answer(503), not_json, cut_off],
    ids=["401", "429", "500", "503", "not JSON", "cut off"],
)
def test_a_passing_fault_in_mid_crawl_costs_a_call_and_no_stream(fault, crawl, twitch: FakeTwitch):
    twitch.faults[STREAMS] = [None, fault]
    crawled = crawl()
    assert _outcome(crawled) == (True, "end", 3, 250)
    # those that were under way with the old token are refused too
    assert crawled.record.points_used - crawled.record.pages in range(1, 33 if fault is REFUSED else 2)


def test_a_429_is_waited_out(crawl, clock: Clock, twitch: FakeTwitch):
    reset = int(epoch_seconds(clock.now())) + 20
    twitch.faults[STREAMS] = [None, answer(429, headers={"Ratelimit-Reset": str(reset)})]
    assert _outcome(crawl()) == (True, "end", 3, 250)
    assert epoch_seconds(clock.now()) >= reset


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (answer(500), "error: HTTP 500"),
        (answer(404), "error: HTTP 404"),
        (not_json, "error: the answer is not JSON"),
        (cut_off, "error: ProtocolError"),
        (answer(200, {"data": "x"}), "error: the answer holds no list of data"),
    ],
    ids=["500", "404", "not JSON", "cut off", "no list"],
)
def test_a_crawl_that_fails_midway_lands_as_incomplete(fault, reason: str, crawl, twitch: FakeTwitch):
    twitch.faults[STREAMS] = [None, None, *[fault] * 6]
    crawled = crawl()
    assert _outcome(crawled) == (False, reason, 2, 200)
    assert crawled.problem


def test_a_crawl_that_fails_at_once_lands_as_incomplete_and_empty_and_says_why(
    crawl, settings: Settings, twitch: FakeTwitch
):
    twitch.is_crawled = False
    twitch.faults[STREAMS] = [answer(500)] * 1000
    with pytest.raises(NothingFetched, match=r"no page, GET 127.0.0.1:\d+/helix/streams: HTTP 500; it has"):
        crawl()
    [name] = landed_files(settings.landing)
    record = read_record(settings.landing / name)
    assert (record["is_complete"], record["pages"], record["streams"]) == (False, 0, 0)
    assert record["stop_reason"].startswith("error: HTTP 500 (en, es, ")


@pytest.mark.parametrize(("path", "setting"), [(STREAMS, "HELIX_URL"), ("/oauth2/token", "TWITCH_TOKEN_URL")])
def test_an_address_that_leads_to_nothing_is_named_as_a_setting_and_nothing_lands(
    path: str, setting: str, crawl, settings: Settings, twitch: FakeTwitch
):
    twitch.is_crawled = False
    twitch.faults[path] = [answer(404)] * 1000
    with pytest.raises(WrongAddress, match=rf"127.0.0.1:\d+{path}: HTTP 404, so {setting} is not"):
        crawl()
    assert not settings.landing.exists()
    assert len(twitch.requests) < 100


def test_credentials_refused_at_once_land_nothing(crawl, settings: Settings, twitch: FakeTwitch):
    twitch.is_crawled = False
    twitch.faults[STREAMS] = [answer(401)] * 1000
    with pytest.raises(RefusedCredentials):
        crawl()
    assert not settings.landing.exists()


def test_credentials_refused_midway_land_what_there_is(crawl, twitch: FakeTwitch):
    twitch.faults[STREAMS] = [None, answer(401), answer(401)]
    crawled = crawl()
    assert _outcome(crawled) == (False, "error: credentials refused", 1, 100)
    assert "TWITCH_CLIENT_SECRET" in crawled.problem
    assert SECRET not in crawled.problem


def test_a_looping_cursor_after_the_tail_is_complete(crawl, twitch: FakeTwitch):
    twitch.cursors[2] = "0"
    crawled = crawl()
    assert _outcome(crawled) == (True, "loop", 3, 250)
    assert crawled.record.doubles == 0


def test_a_looping_cursor_in_mid_list_is_incomplete(crawl, twitch: FakeTwitch):
    twitch.cursors[1] = "0"
    assert _outcome(crawl()) == (False, "loop before the tail", 2, 200)


def test_an_impossible_row_is_no_sign_that_the_list_had_come_to_its_tail(crawl, twitch: FakeTwitch):
    twitch.pages = [[*page[:-1], page[-1] | {"viewer_count": None}] for page in twitch.pages]
    twitch.cursors[1] = "0"
    assert _outcome(crawl()) == (False, "loop before the tail", 2, 198)


def test_the_blank_cursor_after_the_tail_is_complete(crawl, twitch: FakeTwitch):
    twitch.cursors[2] = "IA"
    assert _outcome(crawl()) == (True, "blank cursor", 3, 250)


def test_an_invalid_cursor_in_mid_list_is_incomplete(crawl, twitch: FakeTwitch):
    twitch.cursors[1] = "99"
    assert _outcome(crawl()) == (False, "invalid cursor", 2, 200)


def test_endless_empty_pages_are_incomplete(crawl, twitch: FakeTwitch):
    twitch.pages = [streams(250)[:100], *[[]] * 20]
    assert _outcome(crawl()) == (False, "empty pages", 4, 100)


def test_short_pages_in_the_middle_are_complete(crawl, twitch: FakeTwitch):
    rows = streams(250)
    twitch.pages = [rows[:100], rows[100:140], rows[140:200], rows[200:]]
    assert _outcome(crawl()) == (True, "end", 4, 250)


def test_nothing_live_where_hundreds_were_is_incomplete_until_three_crawls_have_borne_it_out(
    crawl, twitch: FakeTwitch
):
    assert crawl().record.is_complete
    twitch.pages = [[]]
    few = [crawl() for _ in range(3)]
    assert {(one.record.is_complete, one.record.stop_reason) for one in few} == {(False, "suspiciously few")}
    assert few[0].problem == "0 streams were found, 250 were in the crawls before"
    assert [crawl().record.stop_reason for _ in range(3)] == ["end"] * 3
    twitch.page(streams(250))
    assert crawl().record.is_complete


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(days=-1826), "this machine's clock is 1826 days, 0:00:00.250000 ahead of the platform's"),
        (timedelta(seconds=150), "this machine's clock is 0:02:29.750000 behind the platform's"),
    ],
)
def test_a_crawl_by_a_wrong_clock_is_incomplete_and_says_how_wrong(
    ahead: timedelta, said: str, crawl, twitch: FakeTwitch
):
    twitch.ahead = ahead
    crawled = crawl()
    assert (crawled.record.is_complete, crawled.record.stop_reason) == (False, "wrong clock")
    assert crawled.problem == f"{said}: set it and crawl again"
    assert pq.read_metadata(crawled.path).num_rows == 250


@pytest.mark.parametrize("seconds", [-119, 119])
def test_a_clock_that_is_off_by_less_than_two_minutes_is_right_enough(
    seconds: int, crawl, twitch: FakeTwitch
):
    twitch.ahead = timedelta(seconds=seconds)
    assert crawl().record.is_complete


def test_a_clock_that_is_set_right_before_the_first_answer_was_wrong_all_the_same(
    crawl, clock: Clock, twitch: FakeTwitch
):
    clock.moment += timedelta(days=1826)

    def set_right(request: Request) -> Response:
        clock.moment -= timedelta(days=1826)
        return answer(503)(request)

    twitch.faults["/oauth2/token"] = [set_right]
    assert crawl().record.stop_reason == "wrong clock"


def test_a_crawl_cut_short_by_a_wrong_clock_and_something_else_names_both(crawl, twitch: FakeTwitch):
    twitch.ahead = timedelta(hours=1)
    twitch.cursors[1] = "99"
    assert crawl().record.stop_reason == "wrong clock; invalid cursor (en)"
