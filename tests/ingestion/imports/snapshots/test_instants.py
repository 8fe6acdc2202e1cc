"""How the instant of a snapshot is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.imports.errors import BadTable, ImportRefused
from ingestion.imports.snapshots.instants import When
from ingestion.imports.zones import Zone

AT = datetime(2021, 2, 4, 4, 8, 12)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("%Y-%m-%dT%H-%M-%S", "dumps/2021-02-04T04-08-12Z.json"),
        ("streams_%Y%m%d_%H%M%S", "2020/streams_20210204_040812_page7.json.gz"),
        ("%Y%m%d%H%M%S", "x20210204040812.csv"),
        ("%Y/%m/%d/%H.%M.%S", "a/2021/02/04/04.08.12.ndjson"),
        ("day %Y-%m-%d*at %H%M%S", "day 2021-02-04, taken at 040812"),
        ("%s", "streams-1612411692.json"),
        ("%s", "1612411692123.json"),
        ("%Y-%m-%dT%H%M%S%z", "2021-02-04T050812+0100.json"),
        ("%Y-%b-%d %I%M%S%p", "2021-Feb-04 040812AM"),
        ("100%%_%Y%m%d_%H%M%S", "100%_20210204_040812"),
    ],
)
def test_a_pattern_finds_the_instant_in_a_path(pattern, name):
    assert When(pattern=pattern, zone=Zone("UTC")).of_file(Path(name)) == AT


@pytest.mark.parametrize(
    "value",
    [
        "2021-02-04T04:08:12Z",
        "2021-02-04 05:08:12+01:00",
        "2021-02-04 04:08:12.999 UTC",
        "20210204T040812Z",
        "1612411692",
        "1612411692.75",
        1612411692,
        1612411692.5,
        1612411692123,
        "1612411692123456",
        1612411692123456789,
        datetime(2021, 2, 4, 4, 8, 12, tzinfo=UTC),
    ],
)
def test_an_instant_is_read_as_text_number_or_datetime(value):
    assert When(column="at").read(value, "here") == AT


def test_local_times_are_turned_into_utc():
    berlin = When(column="at", zone=Zone("Europe/Berlin"))
    assert berlin.read("2021-02-04 05:08:12", "") == berlin.read(datetime(2021, 2, 4, 5, 8, 12), "") == AT
    assert berlin.read("2021-07-04 05:08:12", "").hour == 3


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (
            "2021-10-31 02:30:00",
            "a.csv: 2021-10-31 02:30:00 in Europe/Berlin, when clocks were changed, can be",
        ),
        ("2021-03-28 02:30:00", "can be 00:30:00Z or 01:30:00Z; give it in UTC"),
        ("yesterday", "a.csv: 'yesterday' is no time; write 2024-05-01T12:00:00Z or an epoch"),
        ("2001-01-01T00:00:00Z", "a.csv: '2001-01-01T00:00:00Z' lies before 2011"),
        ("12", "a.csv: '12' is no time"),
        (True, "a.csv: 'True' is no time"),
    ],
)
def test_what_tells_no_instant_is_refused(value, sentence):
    with pytest.raises(BadTable) as refused:
        When(column="at", zone=Zone("Europe/Berlin")).read(value, "a.csv")
    assert sentence in str(refused.value)


def test_a_time_without_a_zone_is_refused_rather_than_guessed():
    with pytest.raises(BadTable, match="2021-02-04 04:08:00 has no time zone; add --time-zone UTC"):
        When(pattern="%Y%m%d_%H%M").of_file(Path("20210204_0408.json"))


@pytest.mark.parametrize(
    "name", ["streams.json", "20210204_040.json", "20210204_04081.json", "20211304_0408.json"]
)
def test_a_name_that_does_not_hold_the_pattern_is_refused(name):
    with pytest.raises(BadTable, match="time"):
        When(pattern="%Y%m%d_%H%M", zone=Zone("UTC")).of_file(Path(name))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "say in one way when the snapshots were taken: --observed-at"),
        ({"observed_at": "2021-02-04T04:08:12Z", "column": "at"}, "say in one way"),
        ({"pattern": "%Y%q"}, "'%q' is not known"),
        ({"pattern": "%H%M"}, "needs a year"),
    ],
)
def test_options_that_tell_no_instant_are_refused(options, sentence):
    with pytest.raises(ImportRefused, match=sentence.replace("(", r"\(")):
        When(**options)


def test_a_time_zone_that_is_none_is_refused():
    with pytest.raises(ImportRefused, match="--time-zone 'Berlin' is not known; write it like UTC or Europe"):
        Zone("Berlin")
