"""Tests of how everything live is divided among chains."""

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from ingestion.crawl.progress import LANGUAGE
from ingestion.platforms.partition import FEWEST_CHAINS, MOST_CHAINS, ChainPlan, unlisted
from ingestion.platforms.partition import partition as partition_by
from ingestion.settings import Settings
from tests.ingestion.fake_twitch import FakeTwitch, stream, streams
from tests.ingestion.loopback import Clock
from tests.ingestion.of_twitch import BY_LANGUAGE, LANGUAGES, crawl_streams

ISO_639_1, LANGUAGES_A_CALL, GUESSED_STREAMS = LANGUAGES[:184], BY_LANGUAGE.a_call, BY_LANGUAGE.guessed
COUNTS = st.dictionaries(st.sampled_from((*LANGUAGES, "xx", "tlh")), st.integers(0, 60_000))


def partition(counts: dict[str, int]) -> list[ChainPlan]:
    return partition_by(counts, BY_LANGUAGE)


@pytest.fixture
def crawl(settings: Settings, clock: Clock, twitch: FakeTwitch):
    twitch.is_crawled = True
    return lambda **options: crawl_streams(settings, now=clock.now, sleep=clock.sleep, **options)


def test_the_languages_are_all_of_iso_639_1_and_the_platforms_own():
    assert len(ISO_639_1) == 184
    assert len(set(LANGUAGES)) == len(LANGUAGES) == 187
    assert all(len(code) == 2 and code.islower() for code in ISO_639_1)
    assert GUESSED_STREAMS.keys() <= set(LANGUAGES)


@tries(deadline=None)
@given(COUNTS)
def test_every_language_is_in_exactly_one_part(counts: dict[str, int]):
    parts = partition(counts)
    languages = [language for part in parts for language in part.languages]
    assert sorted(languages) == sorted({*LANGUAGES, *counts})
    assert FEWEST_CHAINS <= len(parts) <= MOST_CHAINS
    assert all(1 <= len(part.languages) <= LANGUAGES_A_CALL for part in parts)
    assert [part.streams for part in parts] == sorted((part.streams for part in parts), reverse=True)


@tries(deadline=None)
@given(COUNTS, st.integers(1, 7))
def test_where_few_languages_fit_a_call_there_are_as_many_parts_as_it_takes(counts: dict, a_call: int):
    parts = partition_by(counts, BY_LANGUAGE.model_copy(update={"a_call": a_call}))
    languages = [language for part in parts for language in part.languages]
    assert sorted(languages) == sorted({*LANGUAGES, *counts})
    assert len(parts) <= max(MOST_CHAINS, -(-len(languages) // a_call))
    assert all(1 <= len(part.languages) <= a_call for part in parts)


@tries(deadline=None)
@given(COUNTS)
def test_no_part_is_larger_than_a_fair_share_and_one_language(counts: dict[str, int]):
    parts = partition(counts)
    sizes = counts if any(counts.values()) else {**counts, **GUESSED_STREAMS}
    fair = (sum(sizes.values()) + len({*LANGUAGES, *sizes})) / len(parts)
    largest = max(sizes.values(), default=0) + 1
    if max(len(part.languages) for part in parts) < LANGUAGES_A_CALL:
        assert parts[0].streams <= fair + largest


def test_languages_without_streams_leave_the_guess_in_place():
    assert partition({"tlh": 0})[0].languages == ["en"]
    assert "tlh" in {language for part in partition({"tlh": 0}) for language in part.languages}


def test_the_largest_language_has_a_chain_of_its_own_which_comes_first():
    assert partition({})[0].languages == ["en"]
    assert partition({"en": 300, "de": 100, "fr": 90})[0].languages[0] == "en"


@pytest.mark.parametrize(("seen", "found"), [(["en", "tlh", None, "", "tlh", "xx"], ["tlh"]), ([], [])])
def test_languages_that_no_part_has_are_found(seen: list, found: list):
    assert unlisted(seen, {"xx": 5}, BY_LANGUAGE) == found


def test_streams_of_an_unknown_language_get_a_chain_of_their_own(crawl, twitch: FakeTwitch):
    twitch.language = "tlh"
    twitch.page([stream(number, 250 - number, language="tlh") for number in range(250)])
    heard = []
    crawled = crawl(on_event=heard.append)
    assert (crawled.record.is_complete, crawled.record.streams, crawled.record.doubles) == (True, 250, 0)
    assert [event.facts for event in heard if event.name == LANGUAGE] == [{"language": "tlh"}]
    assert crawled.record.chains[-1]["languages"] == ["tlh"]
    again = crawl().record
    assert ("tlh" in again.chains[0]["languages"], again.streams) == (True, 250)


def test_a_language_that_the_platform_refuses_is_left_out_and_named(crawl, twitch: FakeTwitch):
    twitch.page(streams(250))
    twitch.refused_languages = {"io", "vo"}
    record = crawl().record
    assert (record.is_complete, record.stop_reason, record.streams) == (True, "end", 250)
    assert {code for chain in record.chains for code in chain["refused"]} == {"io", "vo"}


def test_without_a_language_that_had_streams_a_crawl_is_incomplete(crawl, twitch: FakeTwitch):
    twitch.page(streams(250))
    assert crawl().record.is_complete
    twitch.refused_languages = {"en"}
    record = crawl().record
    assert (record.is_complete, record.stop_reason) == (False, "language refused (en)")
    assert (record.streams, record.found_by_id) == (250, 150), "who was live before is found all the same"
