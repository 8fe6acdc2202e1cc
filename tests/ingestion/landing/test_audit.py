"""Tests of what is out of line in the newest crawl: incompleteness, doubles, a fall of live streams."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingestion.landing.audit import (
    SUSPICIOUSLY_FEW,
    LandedCrawl,
    newest_crawls,
    out_of_line,
    streams_missed,
    usual_streams,
)
from ingestion.landing.files import STREAMS_SCHEMA, CrawlRecord, land_crawl

NOON = datetime(2026, 3, 1, 12)


def crawls(*streams: int, minutes: int = 5) -> list[LandedCrawl]:
    """Return crawls of so many streams, newest first."""
    return [
        LandedCrawl(Path(f"{age}"), NOON - timedelta(minutes=minutes * age), True, "end", count, 0, 10)
        for age, count in enumerate(streams)
    ]


def test_a_crawl_like_the_ones_before_is_in_line():
    assert out_of_line(crawls(950, 1000, 1010, 990)) == []


@pytest.mark.parametrize(("streams", "is_out"), [(701, False), (699, True), (0, True), (5000, False)])
def test_a_fall_by_a_third_is_out_of_line_and_a_rise_is_not(streams, is_out):
    found = out_of_line(crawls(streams, 1000, 1200, 1000, 800))
    assert found == ([f"{streams:,} streams are live, 1,000 were in the crawls before"] if is_out else [])


def test_incomplete_crawls_are_no_measure_of_what_is_usual():
    newest, *before = crawls(600, 1000, 1000, 1000, 600, 600, 600)
    before[:3] = [replace(crawl, is_complete=False) for crawl in before[:3]]
    assert out_of_line([newest, *before]) == []


def test_too_few_and_too_old_crawls_are_no_measure():
    assert usual_streams(crawls(1, 1000, 1000)) is None
    assert usual_streams(crawls(1, 1000, 1000, 1000)) == 1000
    assert usual_streams(crawls(1, 1000, 1000, 1000, 1000, minutes=100)) is None


def test_only_the_twelve_crawls_before_are_compared_with():
    assert usual_streams(crawls(0, *[100] * 12, *[900] * 20)) == 100


def test_an_incomplete_crawl_is_said_with_its_reason():
    [newest, *before] = crawls(1000, 1000)
    found = out_of_line([replace(newest, is_complete=False, stop_reason="deadline"), *before])
    assert found == ["the crawl is incomplete (deadline) and feeds no metric"]


@pytest.mark.parametrize(("doubles", "is_out"), [(52, False), (53, True)])
def test_more_than_one_double_in_twenty_rows_is_out_of_line(doubles, is_out):
    [newest] = crawls(1000)
    found = out_of_line([replace(newest, doubles=doubles)])
    assert found == ([f"{doubles} of {1000 + doubles:,} rows were doubles"] if is_out else [])


def test_no_crawl_at_all_is_out_of_line():
    assert out_of_line([]) == ["no crawl has been landed"]


def test_the_newest_crawls_are_found_across_days_and_damaged_ones_left_out(tmp_path):
    for hours in (0, 1, 30):
        at = NOON - timedelta(hours=hours)
        record = CrawlRecord("twitch", at, at, 300, True, "end", 1, 0, hours, points_used=7)
        path = land_crawl(tmp_path, record, STREAMS_SCHEMA.empty_table())
    path.with_name("2026-02-28T09-00-00Z.parquet").write_bytes(path.read_bytes()[:-9])
    found = newest_crawls(tmp_path, "twitch", 5, NOON)
    assert [(crawl.doubles, crawl.points_used) for crawl in found] == [(0, 7), (1, 7), (30, 7)]
    assert found[0].observed_at == NOON
    assert len(newest_crawls(tmp_path, "twitch", 2, NOON)) == 2
    assert newest_crawls(tmp_path, "elsewhere", 2, NOON) == []


def test_a_crawl_of_a_clock_that_was_wrong_is_not_the_newest_one(tmp_path):
    for at in (NOON, NOON.replace(year=2031)):
        record = CrawlRecord("twitch", at, at, 300, True, "end", 1, 0, 0, points_used=7)
        land_crawl(tmp_path, record, STREAMS_SCHEMA.empty_table())
    later = NOON + timedelta(minutes=5)
    assert [crawl.observed_at for crawl in newest_crawls(tmp_path, "twitch", 5, later)] == [NOON]


@pytest.mark.parametrize(
    ("streams", "before", "expected"),
    [
        (499, [900, 1000, 1100], 1000),
        (500, [900, 1000, 1100], None),
        (0, [1000], 1000),
        (0, [9, 9, 9], None),
        (0, [10, 10, 10], 10),
        (0, [], None),
        (10, [10, 10, 1000], 340),
    ],
)
def test_under_half_of_the_three_crawls_before_is_suspicious(streams: int, before: list, expected):
    assert streams_missed(streams, crawls(*before)) == expected


@pytest.mark.parametrize(("others", "expected"), [(2, 1000), (3, None)])
def test_three_crawls_that_found_as_few_bear_it_out(others: int, expected):
    few = [replace(one, is_complete=False, stop_reason=SUSPICIOUSLY_FEW) for one in crawls(*[400] * others)]
    cut_short = replace(few[0], streams=0, stop_reason="deadline")
    assert streams_missed(410, [*few, cut_short, *crawls(1000, 1000, 1000)]) == expected


def test_crawls_that_were_cut_short_bear_nothing_out():
    cut_short = [replace(one, is_complete=False, stop_reason="deadline") for one in crawls(4, 4, 4)]
    assert streams_missed(4, [*cut_short, *crawls(1000, 1000, 1000)]) == 1000
