"""Tests of descriptions of kinds: faults are said with file, line and key, and the other kinds go on."""

from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.sources.kind import Schedule
from ingestion.sources.reading import SHIPPED, Catalogue, read_catalogue
from tests.ingestion.landed_crawls import settings_in

GOOD = """\
title: Thing
client: {base_url: "https://thing.example", url_variable: THING_URL}
budget: {calls_per_minute: 10, units_per_day: 5}
kinds:
  thing.one:
    endpoint: {path: "one/{id}"}
    metrics: {value: {path: value, sort: gauge}}
    schedule: {every: 1h}
  thing.two:
    endpoint: {path: "two/{id}"}
    metrics: {value: {path: value, sort: gauge}}
    schedule: {every: 1h}
"""


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    (tmp_path / "home" / "kinds").mkdir(parents=True)
    return settings_in(tmp_path / "home")


def read(home: Settings, text: str, name: str = "thing.yml") -> Catalogue:
    (home.root / "kinds" / name).write_text(text)
    return read_catalogue(home)


def test_every_shipped_kind_can_be_read(home: Settings):
    catalogue = read_catalogue(home)
    assert catalogue.faults == []
    assert {described.service_name for described in catalogue.kinds.values()} == {
        file.stem for file in SHIPPED.glob("*.yml")
    }


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            "path: value, sort",
            "paht: value, sort",
            "line 7: kinds.thing.one.metrics.value.paht: there is no such key; did",
        ),
        (
            "path: value, sort",
            "path: 'a b', sort",
            "line 7: kinds.thing.one.metrics.value.path: 'a b' is no path",
        ),
        (
            "sort: gauge",
            "sort: number",
            "line 7: kinds.thing.one.metrics.value.sort: input should be 'counter'",
        ),
        ("one/{id}", "one/{name}", "line 5: kinds.thing.one: {name} is filled by nothing; it can be id, ids"),
        ("every: 1h", "every: hourly", "line 8: kinds.thing.one.schedule.every: say a span such as 30s"),
        ("every: 1h", "every: 1h, jitter: 2h", "line 8: kinds.thing.one.schedule: every is at least 1s"),
        (
            '{path: "one/{id}"}',
            '{path: "one", batch: {size: 5}}',
            "line 6: kinds.thing.one.endpoint: say key, the path of a record's id",
        ),
        (
            "    metrics: {value: {path: value, sort: gauge}}\n    schedule",
            "    schedule",
            "line 5: kinds.thing.one: say metrics, aggregate or discover",
        ),
        ("  thing.one:", "  One:", "line 5: kinds.One: a kind is called like service.thing"),
    ],
)
def test_a_faulty_kind_is_said_with_its_line_and_the_others_go_on(home: Settings, right, wrong, said):
    assert right in GOOD
    catalogue = read(home, GOOD.replace(right, wrong, 1))
    [fault] = catalogue.faults
    assert fault.startswith(f"{home.root}/kinds/thing.yml, {said}")
    assert "thing.one" not in catalogue.kinds
    assert {"thing.two", "github.repository"} <= catalogue.kinds.keys()


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("units_per_day: 5", "units_per_day: 0", "line 3: budget.units_per_day: input should be greater"),
        (
            "units_per_day: 5",
            "units_per_day: 5, resets: Mars",
            "line 3: budget.resets: there is no time zone",
        ),
        ("title: Thing\n", "", "line 1: title: it is missing"),
        ("https://thing", "thing", "line 2: client.base_url: an address begins with https"),
        ("title: Thing", "title: &a Thing", "line 1: no & or * of YAML is taken"),
        ("title: Thing", "title: [[[[[[[[[[[[[]]]]]]]]]]]]]", "line 1: more than 12 levels"),
        (
            "url_variable: THING_URL}",
            "url_variable: THING_URL, auth: {type: magic}}",
            "line 2: client.auth.type: input tag 'magic'",
        ),
    ],
)
def test_a_faulty_service_takes_only_its_own_kinds_with_it(home: Settings, right, wrong, said):
    assert right in GOOD
    catalogue = read(home, GOOD.replace(right, wrong, 1))
    [fault] = catalogue.faults
    assert fault.startswith(f"{home.root}/kinds/thing.yml, {said}")
    assert "thing.two" not in catalogue.kinds
    assert "github.repository" in catalogue.kinds


def test_of_two_kinds_of_one_name_the_first_stays(home: Settings):
    read(home, GOOD)
    catalogue = read(home, GOOD.replace("thing.two", "thing.three"), "thong.yml")
    file = home.root / "kinds"
    assert catalogue.faults == [
        f"{file}/thong.yml, line 5: there is a kind thing.one already, in {file}/thing.yml, line 5"
    ]
    assert catalogue.kinds["thing.one"].service_name == "thing"
    assert "thing.three" in catalogue.kinds


def test_a_file_of_ones_own_takes_the_place_of_the_shipped_one(home: Settings):
    assert read(home, GOOD, "github.yml").kinds.keys() >= {"thing.one", "internal.random"}
    assert "github.repository" not in read_catalogue(home).kinds


def test_an_empty_file_is_said_to_be_none(home: Settings):
    [fault] = read(home, "").faults
    assert fault.endswith("thing.yml: this describes no kinds, which begin with title: .. and kinds: ..")


def test_spans_are_read(home: Settings):
    schedule = Schedule.model_validate({"every": "2h", "jitter": "30m", "ends_after": "4w"})
    spans = (schedule.every, schedule.jitter, schedule.ends_after)
    assert [span.total_seconds() for span in spans] == [7200, 1800, 28 * 86400]
