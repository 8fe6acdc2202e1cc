"""What a crawl expects from the crawls before it, and how it finds what no list has."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from ingestion.crawl.expectation import CRAWLS_READ, Expectation, expectation
from ingestion.crawl.progress import LANGUAGE
from ingestion.crawl.running import CrawlOutcome
from ingestion.landing.audit import newest_crawls
from ingestion.settings import Settings
from tests.ingestion.fake_twitch import FakeTwitch, answer, stream, streams
from tests.ingestion.landed_crawls import land_streams
from tests.ingestion.landed_crawls import stream as landed_stream
from tests.ingestion.loopback import Clock
from tests.ingestion.of_twitch import LANGUAGES, crawl_streams
from tests.places import CASES

READ = pq.read_table
STREAMS = "/helix/streams"
PAGE = CASES / "page_notavailable.json"


@pytest.fixture
def crawl(settings: Settings, clock: Clock, twitch: FakeTwitch):
    twitch.is_crawled = True
    return lambda **options: crawl_streams(settings, now=clock.now, sleep=clock.sleep, **options)


@pytest.fixture
def expected(settings: Settings, clock: Clock):
    return lambda: expectation(newest_crawls(settings.landing, "twitch", 50, clock.now()), [])


@pytest.fixture
def imported(settings: Settings, clock: Clock):
    """Land a crawl as an import does: it has asked for nothing."""

    def land(minutes_ago: int, language: str) -> Path:
        rows = [landed_stream(1, language=language)]
        return land_streams(
            settings, clock.now().replace(microsecond=0) - timedelta(minutes=minutes_ago), rows
        )

    return land


def _known(expected: Expectation) -> dict[str, int]:
    return {language: streams for language, streams in expected.languages.items() if streams}


def _languages(crawled: CrawlOutcome) -> dict[str, str | None]:
    rows = pq.read_table(crawled.path, columns=["id", "language"]).to_pylist()
    return {row["id"]: row["language"] for row in rows}


def _asked(twitch: FakeTwitch, name: str) -> list[list[str]]:
    calls = ([value for key, value in call if key == name] for call in twitch.called(STREAMS))
    return [values for values in calls if values]


def _asked_languages(crawled: CrawlOutcome) -> set[str]:
    return {language for chain in crawled.record.chains for language in chain["languages"]}


def test_the_newest_complete_crawl_tells_how_many_to_expect(
    crawl, expected, settings: Settings, twitch: FakeTwitch
):
    assert _known(expected()) == {}
    twitch.page(streams(3))
    crawl()
    assert _known(expected()) == {"en": 3}
    twitch.page(streams(5))
    twitch.faults[STREAMS] = [answer(500)] * 6
    assert not crawl().record.is_complete
    assert _known(expected()) == {"en": 3}
    folder = settings.landing / "twitch" / "crawls" / "2026-03-01"
    newest = max(folder.iterdir())
    damaged = newest.read_bytes()
    newest.write_bytes(b"\0" * 200 + damaged[200:])
    (folder / "2026-03-01T10-00-09Z.parquet").write_bytes(b"damaged")
    assert _known(expected()) == {"en": 3}


def test_the_streamers_of_the_newest_crawls_are_expected_the_newest_first(
    crawl, expected, twitch: FakeTwitch
):
    for numbers in ((1, 2), (3, 2), (4,), (5, 3)):
        twitch.pages = [[stream(number, 10 + number) for number in numbers]]
        crawl()
    assert expected().streamers.to_pylist() == ["u5", "u3", "u4", "u2"]
    assert twitch.called(STREAMS) != []


@pytest.mark.parametrize("language", ["notavailable", "", None])
def test_a_stream_whose_language_no_list_has_is_found_by_its_streamer(
    language: str | None, crawl, twitch: FakeTwitch
):
    twitch.page(streams(250))
    assert crawl().record.found_by_id == 0
    strays = [stream(number, 250 - number, language=language) for number in (30, 240)]
    twitch.page([row for row in streams(250) if row["id"] not in ("s30", "s240")])
    twitch.unlisted = strays
    heard: list[Any] = []
    crawled = crawl(on_event=heard.append)
    record = crawled.record
    assert (record.is_complete, record.streams, record.doubles, record.found_by_id) == (True, 250, 0, 2)
    assert _languages(crawled)["s240"] == (language or None)
    assert _asked(twitch, "user_id") == [["u30", "u240"]]
    found = [event.facts["language"] for event in heard if event.name == LANGUAGE]
    assert found == ([language] if language else [])
    assert record.pages == sum(chain["pages"] for chain in record.chains)


def test_a_language_that_was_ever_seen_is_asked_for_ever_after(crawl, twitch: FakeTwitch):
    twitch.page([*streams(20), stream(50, 0, language="notavailable")])
    crawl()
    twitch.page(streams(20))
    twitch.faults[STREAMS] = [answer(500)] * 6
    assert "notavailable" in _asked_languages(crawl())
    assert all("notavailable" in _asked_languages(crawl()) for _ in range(5))


def test_languages_of_all_imported_snapshots_are_asked_for_and_later_by_crawls_alone(
    crawl, imported, twitch: FakeTwitch, monkeypatch
):
    for number in range(8):
        imported(100 - number, f"x-{number}")
    twitch.page(streams(20))
    wanted = {f"x-{number}" for number in range(8)}
    assert _asked_languages(crawl()) >= wanted
    read: list[Path] = []
    monkeypatch.setattr(pq, "read_table", lambda path, **how: (read.append(path), READ(path, **how))[1])
    assert _asked_languages(crawl()) >= wanted
    assert len([path for path in read if path.name < "2026-03-01T10"]) <= CRAWLS_READ


def test_crawls_that_were_interrupted_at_once_forget_no_language(crawl, settings, clock, twitch):
    twitch.page([*streams(20), stream(50, 0, language="notavailable")])
    crawl()
    twitch.page(streams(20))
    assert "notavailable" in _asked_languages(crawl())
    for minutes_ahead in (1, 2, 3):
        at = clock.now().replace(microsecond=0) + timedelta(minutes=minutes_ahead)
        land_streams(settings, at, [landed_stream(1)])
    clock.sleep(600)
    assert "notavailable" in _asked_languages(crawl())


def test_a_language_that_only_the_marts_remember_is_asked_for(crawl, settings, twitch: FakeTwitch):
    twitch.page(streams(20))
    settings.published.parent.mkdir(parents=True)
    settings.published.write_bytes(b"damaged")
    assert _asked_languages(crawl()) == set(LANGUAGES)
    settings.published.unlink()
    with duckdb.connect(settings.published) as published:
        published.execute("create schema marts")
        ranked = "('twitch', 'notavailable'), ('twitch', '(unknown)'), ('history', 'xx')"
        table = f"create table marts.rank_languages as from (values {ranked}) as t(platform, language)"
        published.execute(table)
    assert _asked_languages(crawl()) == {*LANGUAGES, "notavailable"}


def test_a_language_that_the_platform_never_accepted_makes_no_crawl_incomplete(crawl, twitch: FakeTwitch):
    twitch.refused_languages = {"notavailable"}
    twitch.page([stream(50, 90, language="notavailable"), *streams(20)])
    first = [crawl().record for _ in range(3)]
    assert [(record.is_complete, record.streams) for record in first] == [(True, 21)] * 3
    twitch.refused_languages.add("en")
    assert crawl().record.stop_reason == "language refused (en)"


def test_what_paging_skipped_is_found_and_who_has_gone_is_not(crawl, twitch: FakeTwitch):
    rows = streams(250)
    twitch.page(rows)
    crawl()
    twitch.page([row for number, row in enumerate(rows) if number % 10])
    twitch.unlisted = rows[10::20]
    record = crawl().record
    assert (record.streams, record.found_by_id, record.is_complete) == (225 + 12, 12, True)


def test_a_question_by_id_that_fails_takes_nothing_from_the_crawl(crawl, twitch: FakeTwitch):
    twitch.page(streams(250))
    crawl()
    twitch.page(streams(240))
    twitch.unlisted = [stream(245, 5, viewer_count="5")]
    record = crawl().record
    assert (record.is_complete, record.streams, record.found_by_id) == (True, 240, 0)


@pytest.mark.parametrize(("share", "minutes"), [(0.8, 5), (0.01, 1), (0.001, 1)])
def test_no_more_is_asked_for_than_the_points_allow(
    share: float, minutes: int, crawl, settings: Settings, twitch: FakeTwitch
):
    twitch.page(streams(500))
    crawl()
    twitch.page(streams(500)[:260])
    settings.points_share, settings.cadence_minutes = share, minutes
    used = crawl().record.points_used
    asked = len(_asked(twitch, "user_id"))
    assert asked == min(3, max(int(800 * minutes * share) - (used - asked), 0))


@pytest.mark.skipif(not PAGE.exists(), reason=f"no recorded page in {PAGE}")
def test_of_a_real_page_every_stream_stays_known(crawl, twitch: FakeTwitch):
    rows = json.loads(PAGE.read_text())["data"]
    twitch.pages = [rows]
    twitch.language = rows[0]["language"]
    assert crawl().record.streams == len({row["id"] for row in rows})
    twitch.pages, twitch.unlisted = [[row for row in rows if row["language"] != "notavailable"]], rows
    crawled = crawl()
    assert "notavailable" in _languages(crawled).values()
    assert "notavailable" in _asked_languages(crawled)
