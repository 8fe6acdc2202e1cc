"""Tests of a kind that nobody has heard of: one YAML entry, a list, and no code."""

from datetime import timedelta

import pyarrow.parquet as pq
import pytest

from ingestion.crawl.lock import CrawlRunning, one_crawl_at_a_time
from ingestion.landing.files import landed_files
from ingestion.settings import Settings
from ingestion.sources.reading import read_catalogue
from ingestion.track.running import Outcome, run_due
from ingestion.warehouse.load import load
from tests.ingestion.commands import ingestion, sentence
from tests.ingestion.landed_crawls import rows_of
from tests.ingestion.loopback import Clock, Web
from tests.ingestion.track.wells import KEY, WELLS, Wells, describe, track, variables

READINGS = "select item_id, metric, cast(value as double) as value, is_missing from raw.readings"


@pytest.fixture
def wells(settings: Settings, web: Web) -> Wells:
    describe(settings, web)
    return Wells(web)


def run(settings: Settings, clock: Clock) -> Outcome:
    return run_due(settings, read_catalogue(settings), now=clock.now, sleep=clock.sleep)


def readings(settings: Settings, where: str = "true") -> list[tuple]:
    load(settings)
    query = f"{READINGS} where {where} order by observed_at, item_id, metric"
    return [tuple(row.values()) for row in rows_of(settings, query)]


def test_one_entry_and_no_code_bring_metrics_into_raw(settings, clock, wells):
    track(settings, "North", "south", "east", "west")
    outcome = run(settings, clock)
    assert (outcome.due, outcome.asked, outcome.failed, outcome.calls, outcome.problems) == (4, 4, 0, 2, [])
    assert sorted(map(len, wells.asked)) == [1, 3]
    found = readings(settings, "item_id = 'north'")
    drawn = found[1][2]
    assert drawn in (100, 200)
    assert found == [
        ("north", "depth", 12.25, False),
        ("north", "drawn", drawn, False),
        ("north", "leaks", 0, False),
        ("north", "salt", None, False),
    ]
    facts = rows_of(settings, "select item_id, metadata_json from raw.tracked_facts order by item_id")
    assert facts[1] == {"item_id": "north", "metadata_json": '{"name": "Well north"}'}


def test_what_is_landed_is_the_whole_answer_without_our_secret(settings, clock, wells):
    track(settings, "north")
    run(settings, clock)
    [name] = landed_files(settings.landing)
    assert name.parts[:2] == ("tracked", "wells")
    [row] = pq.read_table(settings.landing / name).to_pylist()
    assert b'"depth.m":"12.25"' in row["body"]
    assert b'"your_key":"***"' in row["body"]
    assert (row["ids"], row["units"], str(row["quota_date"])) == (["north"], 1, "2026-03-01")
    assert KEY.encode() not in (settings.landing / name).read_bytes()


def test_an_item_is_due_once_in_each_step_of_its_schedule(settings, clock, wells):
    track(settings, "north")
    assert [run(settings, clock).asked for _ in range(2)] == [1, 0]
    clock.moment += timedelta(minutes=15)
    assert [run(settings, clock).asked for _ in range(2)] == [1, 0]


def test_without_its_state_a_run_learns_from_what_has_landed(settings, clock, wells):
    track(settings, "north")
    run(settings, clock)
    (settings.root / "tracked-state-wells.json").unlink()
    assert run(settings, clock).asked == 0


def test_one_bad_id_fails_alone(settings, clock, wells):
    wells.broken = {"bad"}
    track(settings, "bad", "east", "north")
    outcome = run(settings, clock)
    assert (outcome.asked, outcome.failed) == (6, 4)  # all together, then halves
    [*_, note] = outcome.notes
    assert note.startswith("wells.well bad: GET ")
    assert KEY not in "".join(outcome.notes)
    assert {row[0] for row in readings(settings)} == {"east", "north"}


def test_what_is_missing_twice_is_gone_and_asked_for_no_more(settings, clock, wells):
    track(settings, "nowhere")
    for asked in (1, 1, 0):
        assert run(settings, clock).asked == asked
        clock.moment += timedelta(minutes=15)
    assert {row[1:] for row in readings(settings)} == {
        (metric, None, True) for metric in ("depth", "drawn", "leaks", "salt")
    }


def test_a_status_can_mean_missing(settings, clock, wells):
    track(settings, "nowhere", "north", kind="wells.single")
    outcome = run(settings, clock)
    assert (outcome.failed, outcome.problems, outcome.notes) == (0, [], [])
    assert [row[:2] for row in readings(settings, "is_missing")] == [("nowhere", "drawn")]


def test_a_wrong_path_is_said_with_its_line_mended_and_read_again(settings, web, clock, wells):
    wrong = '"counts[0].litres", sort: counter}\n      salt'
    assert wrong in WELLS
    describe(settings, web, WELLS.replace(wrong, "litres, sort: counter}\n      salt"))
    track(settings, "north")
    [problem] = run(settings, clock).problems
    file = settings.root / "kinds" / "wells.yml"
    line = next(n for n, text in enumerate(WELLS.splitlines(), 1) if "drawn:" in text)
    assert problem == f"{file}, line {line}: wells.well.drawn of north: there is nothing at litres"
    loaded = load(settings)
    assert loaded.faults == (problem,)
    assert "drawn" not in {row[1] for row in readings(settings)}
    describe(settings, web)
    settings.warehouse.unlink()
    assert ("north", "drawn", 100, False) in readings(settings)


def test_a_metric_that_is_text_is_named_and_the_others_are_read(settings, clock, wells):
    wells.changes["north"] = {"depth.m": "deep"}
    track(settings, "north", "south")
    [problem] = run(settings, clock).problems
    assert problem.endswith("wells.well.depth of north: at 'depth.m' 'deep' is no number")
    assert [row[0] for row in readings(settings, "metric = 'depth'")] == ["south"]
    assert len(readings(settings, "item_id = 'north'")) == 3


def test_a_quota_that_is_spent_leaves_the_rest_for_the_next_day_of_its_zone(settings, web, clock, wells):
    describe(settings, web, WELLS.replace("units_per_day: 1000", "units_per_day: 2"))
    track(settings, *(f"well{number}" for number in range(9)))
    outcome = run(settings, clock)
    assert (outcome.due, outcome.asked) == (9, 6)
    assert outcome.notes == ["wells: the 2 units of 2026-03-01 are spent; the rest waits for the next day"]
    assert run(settings, clock).asked == 0
    clock.moment += timedelta(hours=5)  # 00:00 in Seoul
    assert run(settings, clock).asked == 6


def test_a_second_run_is_refused_while_one_runs(settings, clock, wells):
    track(settings, "north")
    with (
        one_crawl_at_a_time(settings.root / "track-wells.lock", clock.now),
        pytest.raises(CrawlRunning, match="a run of track for wells is running already"),
    ):
        run(settings, clock)


def test_adding_asks_once_and_refuses_what_does_not_exist(settings, web, wells):
    done = ingestion(
        settings.root, "track", "add", "wells.well", "North", "--label", "Ours", **variables(web)
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("wells.well north is tracked every 15m until 20")
    listed = (settings.root / "tracked.csv").read_text().splitlines()
    assert listed[1].startswith("wells.well,north,Ours,20")
    refused = {
        ("wells.well", "nowhere"): "Wells has no wells.well nowhere; nothing was added",
        ("wells.well", "NORTH"): "wells.well north is tracked already; see python -m ingestion track list",
        ("wells.well", "a/../b"): "wells.well: 'a/../b' is no id of it, which looks like [\\w.~-]+",
        ("wells.single", ".."): "wells.single: '..' is no id of it, which looks like [\\w.~-]+",
        ("wells.wel", "north"): "there is no kind wells.wel; did you mean wells.well?",
    }
    for arguments, said in refused.items():
        assert sentence(ingestion(settings.root, "track", "add", *arguments, **variables(web)), 2) == said
    assert (settings.root / "tracked.csv").read_text().splitlines() == listed
    assert wells.asked == [["north"], ["nowhere"]]


def test_what_was_not_there_when_it_was_added_leaves_no_reading(settings, web, wells):
    ingestion(settings.root, "track", "add", "wells.well", "nowhere", **variables(web))
    assert readings(settings) == []
    assert rows_of(settings, "select units from raw.tracked_calls") == [{"units": 1}]


def test_a_refused_key_is_named_and_not_shown(settings, web, wells):
    track(settings, "north")
    done = ingestion(settings.root, "track", "run", WELLS_URL=web.url, WELLS_KEY="another-key")
    assert done.returncode == 1
    assert "Wells refuses WELLS_KEY: the call is refused" in done.stderr
    assert "another-key" not in done.stderr + done.stdout


def test_a_key_that_is_not_set_stops_its_service_alone(settings, web, wells):
    track(settings, "north")
    done = ingestion(settings.root, "track", "run", WELLS_URL=web.url)
    assert done.returncode == 1
    assert "wells: WELLS_KEY is not set: get it at https://wells.example/keys" in done.stderr


def test_a_removed_item_is_no_longer_asked_for_and_its_readings_stay(settings, clock, wells):
    track(settings, "north", "south")
    run(settings, clock)
    assert ingestion(settings.root, "track", "remove", "wells.well", "north").returncode == 0
    clock.moment += timedelta(minutes=15)
    assert run(settings, clock).asked == 1
    assert len(readings(settings, "item_id = 'north'")) == 4


def test_a_line_of_the_list_that_is_wrong_is_named_and_the_others_are_asked_for(settings, clock, wells):
    (settings.root / "tracked.csv").write_text(
        "kind,id,label,until\nwells.well,north,,\nwells.wall,a,,\nwells.well,b c,,\nwells.well,d,,soon\n"
    )
    outcome = run(settings, clock)
    assert outcome.asked == 1
    file = settings.root / "tracked.csv"
    assert outcome.problems == [
        f"{file}, line 3: there is no kind 'wells.wall'; see python -m ingestion track kinds",
        f"{file}, line 4: 'b c' is no id of it, which looks like [\\w.~-]+",
        f"{file}, line 5: until 'soon' is no time such as 2026-12-31 or 2026-12-31T18:00:00",
    ]
