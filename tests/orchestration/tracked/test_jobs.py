"""Tracked services as Dagster has them, each asked by a job of its own, against the simulator over HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from ingestion.clock import utc_now
from ingestion.settings import MissingSetting, Settings
from ingestion.sources.ledger import State, kept_ledger, state_file
from orchestration.alerts import alert_when_a_check_fails, alerts
from orchestration.definitions import airtime
from orchestration.platforms import jobs_that_are_on
from orchestration.services import known_services, landed_answers_key
from simulator.server import Served, serve, services
from simulator.truth.world import World
from tests.orchestration.homes import CLIENT, run
from tests.orchestration.test_alerts import told

HEADER = "kind,id,label,until\n"
TRACKED = f"{HEADER}internal.random,alpha,,\ngithub.repository,some/thing,,\n"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(World(seed=7, streamers=20), **CLIENT) as served:
        yield served


@pytest.fixture
def home(tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which two services are tracked, and nothing else is on."""
    variables = {**services(served), "AIRTIME_HOME": str(tmp_path), "TWITCH_CLIENT_ID": ""}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "tracked.csv").write_text(TRACKED)
    return tmp_path


def ticked(definitions: dg.Definitions, name: str, instance: dg.DagsterInstance) -> str:
    """Return why a schedule starts nothing now, "" where it starts a run."""
    schedule = next(one for one in definitions.schedules if one.name == name)
    data = schedule.evaluate_tick(dg.build_schedule_context(instance=instance))
    assert bool(data.run_requests) != bool(data.skip_message)
    return data.skip_message or ""


def tracked(definitions: dg.Definitions, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    job = definitions.resolve_job_def("track_internal")
    return job.execute_in_process(instance=instance, raise_on_error=False)


def checks(result: dg.ExecuteInProcessResult) -> dict[str, tuple[bool, str]]:
    found = result.get_asset_check_evaluations()
    return {one.check_name: (one.passed, one.description) for one in found}


def test_each_service_that_is_tracked_has_an_asset_a_job_and_a_schedule(home: Path):
    found = airtime()
    assert {one.name: one.cron_schedule for one in found.schedules if one.name.startswith("track_")} == {
        "track_github_when_due": "5 * * * *",
        "track_internal_when_due": "*/1 * * * *",
    }
    on = {one.name for one in found.schedules if one.default_status.value == "RUNNING"}
    assert on == {"track_github_when_due", "track_internal_when_due", "load_hourly", "build_hourly"}
    graph = found.resolve_asset_graph()
    answers = graph.get(dg.AssetKey(["landing", "tracked_answers"]))
    assert answers.parent_keys == {landed_answers_key("github"), landed_answers_key("internal")}
    assert answers.key in graph.get(dg.AssetKey(["tracked", "readings"])).parent_keys
    assert graph.get(landed_answers_key("github")).parent_keys == {dg.AssetKey(["services", "github"])}
    assert {one.default_status.value for one in alerts([], known_services(Settings()))} == {"RUNNING"}


def test_whoever_tracks_nothing_sees_nothing_of_it(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("AIRTIME_HOME", str(tmp_path))
    for listed in (None, HEADER, f"{HEADER}internal.random,alpha,,2026-01-01\n"):
        if listed:
            (tmp_path / "tracked.csv").write_text(listed)
        found = airtime()
        names = [one.name for one in (*found.schedules, *found.jobs)]
        assert [name for name in names if "track" in name or "load" in name] == []
        keys = found.resolve_asset_graph().get_all_asset_keys()
        assert "services" not in {key.path[0] for key in keys}


def test_a_run_lands_what_is_due_says_how_fresh_it_is_and_then_nothing_is_due(home: Path):
    found = airtime()
    with dg.instance_for_test() as instance:
        assert ticked(found, "track_internal_when_due", instance) == ""
        result = tracked(found, instance)
        assert result.success
        landed = instance.get_latest_materialization_event(landed_answers_key("internal"))
        # the next half minute may begin meanwhile
        soon = utc_now() + timedelta(hours=1)
        kept = kept_ledger(Settings(), "internal")
        kept.items = {key: State(soon) for key in kept.items}
        kept.write(state_file(Settings(), "internal"))
        assert ticked(found, "track_internal_when_due", instance) == "nothing is due"
        assert ticked(found, "track_github_when_due", instance) == ""
    assert landed.asset_materialization.metadata["dagster/row_count"].value == 1
    assert len(list((home / "landing" / "tracked" / "internal").rglob("*.parquet"))) == 1
    assert not (home / "landing" / "tracked" / "github").exists()
    said = checks(result)
    assert said["everything_can_be_read"] == (True, "")
    passed, text = said["internal_random_is_fresh"]
    assert passed
    read = kept.read["internal.random"]
    assert text == f"items of internal.random were last read {read:%Y-%m-%d %H:%M} UTC; due every 0:00:30"


def test_a_new_item_is_due_at_the_next_tick(home: Path):
    (home / "tracked.csv").write_text(f"{HEADER}internal.random,alpha,,2099-01-01\n")
    found = airtime()
    with dg.instance_for_test() as instance:
        tracked(found, instance)
        kept = kept_ledger(Settings(), "internal")
        kept.items = {key: State(utc_now() + timedelta(hours=1)) for key in kept.items}
        kept.write(state_file(Settings(), "internal"))
        assert ticked(found, "track_internal_when_due", instance) == "nothing is due"
        with (home / "tracked.csv").open("a") as listed:
            listed.write("internal.random,beta,,\n")
        assert ticked(found, "track_internal_when_due", instance) == ""
        tracked(found, instance)
    assert ("internal.random", "beta") in kept_ledger(Settings(), "internal").items


def test_a_service_that_cannot_be_asked_fails_its_run_in_one_sentence_and_is_left_alone_for_a_while(
    home: Path, monkeypatch
):
    monkeypatch.setenv("INTERNAL_URL", "no address")
    found = airtime()
    with dg.instance_for_test() as instance:
        result = tracked(found, instance)
        assert not result.success
        [failed] = [event for event in result.all_events if event.event_type_value == "STEP_FAILURE"]
        assert "internal: setting INTERNAL_URL: " in failed.step_failure_data.error.message
        assert ticked(found, "track_internal_when_due", instance).startswith("the last run failed ")
        assert ticked(found, "track_github_when_due", instance) == ""


def test_a_list_that_cannot_be_read_is_said_by_the_runs_of_what_was_tracked(home: Path):
    (home / "tracked.csv").write_text("kind;id\n")
    found = airtime()
    with dg.instance_for_test() as instance:
        assert ticked(found, "track_internal_when_due", instance) == ""
        result = tracked(found, instance)
    [failed] = [event for event in result.all_events if event.event_type_value == "STEP_FAILURE"]
    message = failed.step_failure_data.error.message
    assert "tracked.csv, line 1: the columns are kind,id,label,until" in message


def test_what_cannot_be_read_is_told_of_once_until_it_changes(home: Path):
    (home / "tracked.csv").write_text(f"{TRACKED}internal.radnom,alpha,,\n")
    found = airtime()
    with dg.instance_for_test() as instance:
        for lines, alerts_so_far in (("", 1), ("", 1), ("internal.radnom,beta,,\n", 2)):
            with (home / "tracked.csv").open("a") as listed:
                listed.write(lines)
            result = tracked(found, instance)
            assert result.success
            [success] = [e for e in result.all_events if e.event_type_value == "PIPELINE_SUCCESS"]
            alert_when_a_check_fails(
                dg.build_run_status_sensor_context(
                    "alert_when_a_check_fails", success, instance, result.dagster_run
                )
            )
            assert len(told(home)) == alerts_so_far
    assert told(home)[0]["subject"] == "check everything_can_be_read of landing/tracked/internal"
    assert told(home)[0]["problem"].startswith(f"{home / 'tracked.csv'}, line 4: there is no kind ")


def test_one_run_of_everything_tracks_loads_and_publishes(home: Path, served: Served):
    assert jobs_that_are_on(Settings()) == ["track_github", "track_internal", "load", "build"]
    done = run(home, "run", **services(served), TWITCH_CLIENT_ID="")
    assert done.returncode == 0, done.stderr
    with duckdb.connect(home / "published" / "airtime.duckdb", read_only=True) as published:
        kinds = published.execute("select distinct kind from marts.readings order by kind").fetchall()
    assert kinds == [("github.repository",), ("internal.random",)]


def test_without_a_platform_and_a_tracked_item_a_run_says_what_is_missing(home: Path):
    (home / "tracked.csv").unlink()
    with pytest.raises(MissingSetting, match="TWITCH_CLIENT_ID is not set"):
        jobs_that_are_on(Settings())
