"""Tests of the lock that keeps two crawls apart."""

import json
import os
import signal
import subprocess
import sys

import pytest

from ingestion.crawl.lock import CrawlRunning, is_crawling, one_crawl_at_a_time
from ingestion.crawl.progress import STARTED, Event
from ingestion.settings import Settings
from tests.ingestion.fake_twitch import FakeTwitch, streams
from tests.ingestion.loopback import Clock
from tests.ingestion.of_twitch import crawl_streams

HOLD = """
import sys
from datetime import datetime
from pathlib import Path
from ingestion.crawl.lock import one_crawl_at_a_time
with one_crawl_at_a_time(Path(sys.argv[1]), lambda: datetime(2026, 3, 1, 9, 59, 30)):
    sys.stdout.write("held\\n")
    sys.stdout.flush()
    sys.stdin.read()
"""


def test_a_second_crawl_is_told_who_runs_since_when_and_one_can_follow(
    settings: Settings, clock: Clock, twitch: FakeTwitch
):
    twitch.page(streams(3))
    refused = []

    def crawl_again(event: Event) -> None:
        if event.name != STARTED:
            return
        with pytest.raises(CrawlRunning) as caught:
            crawl_streams(settings, now=clock.now, sleep=clock.sleep)
        refused.append(str(caught.value))

    crawl_streams(settings, now=clock.now, sleep=clock.sleep, on_event=crawl_again)
    crawl_streams(settings, now=clock.now, sleep=clock.sleep)

    [text] = refused
    assert f"process {os.getpid()}, since 2026-03-01 10:00:00 UTC" in text
    assert len([params for params in twitch.called("/helix/streams") if ("language", "en") in params]) == 2


def test_another_process_holds_the_lock_until_it_is_killed(settings: Settings, clock: Clock):
    lock = settings.root / "crawl.lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        assert is_crawling(lock)
        with (
            pytest.raises(CrawlRunning, match=rf"process {holder.pid}, since 2026-03-01 09:59:30 UTC"),
            one_crawl_at_a_time(lock, clock.now),
        ):
            pytest.fail("two crawls at once")
    finally:
        holder.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, holder.pid, os.WEXITED | os.WNOWAIT)
        assert not is_crawling(lock), "dead, though its parent has not asked for its end yet"
        holder.communicate()
    assert not is_crawling(lock)
    with one_crawl_at_a_time(lock, clock.now):
        assert str(os.getpid()) in lock.read_text()


def test_a_lock_without_a_readable_holder_is_still_a_clear_refusal(settings: Settings, clock: Clock):
    lock = settings.root / "crawl.lock"
    with one_crawl_at_a_time(lock, clock.now):
        lock.write_text("")
        with pytest.raises(CrawlRunning, match="it has just started"), one_crawl_at_a_time(lock, clock.now):
            pytest.fail("two crawls at once")


def test_a_crawl_that_has_ended_is_not_taken_for_the_holder(settings: Settings, clock: Clock):
    lock = settings.root / "crawl.lock"
    with one_crawl_at_a_time(lock, clock.now):
        pass
    assert lock.read_text() == ""
    assert not is_crawling(lock)


def test_a_process_that_was_given_the_number_of_a_killed_crawl_does_not_crawl(
    settings: Settings, clock: Clock
):
    lock = settings.root / "crawl.lock"
    with one_crawl_at_a_time(lock, clock.now):
        assert is_crawling(lock)
        holder = json.loads(lock.read_text())
        lock.write_text(json.dumps({**holder, "began": holder["began"] - 3600}))
        assert not is_crawling(lock)
