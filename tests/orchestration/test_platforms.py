"""Platforms besides Twitch, ingested by their jobs as a user runs them, against the simulator over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from ingestion.settings import MissingSetting, Settings
from orchestration.definitions import airtime
from orchestration.platforms import jobs_that_are_on
from simulator.server import Served, other_platforms, serve
from simulator.truth.world import World
from tests.orchestration.homes import CLIENT, run


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(World(seed=7, streamers=200), **CLIENT) as served:
        yield served


@pytest.fixture
def kick(served: Served) -> dict[str, str]:
    """The settings of somebody who collects Kick alone."""
    variables = other_platforms(served).items()
    return {name: value for name, value in variables if name.startswith("KICK_")} | {"TWITCH_CLIENT_ID": ""}


def test_a_platforms_job_lands_its_crawl_and_loads_it(tmp_path: Path, kick: dict[str, str]):
    done = run(tmp_path, "run", "ingest_kick", **kick)
    assert done.returncode == 0, done.stderr
    assert "landing__kick_streams" in done.stderr
    assert CLIENT["client_secret"] not in done.stdout + done.stderr
    with duckdb.connect(tmp_path / "warehouse.duckdb", read_only=True) as raw:
        crawls = raw.execute("select platform, is_complete, streams from raw.crawls").fetchall()
        seen = raw.execute("select platform, count(*) from raw.observations group by all").fetchall()
    [(platform, is_complete, streams)] = crawls
    assert (platform, is_complete, seen) == ("kick", True, [("kick", streams)])
    with dg.DagsterInstance.from_config(str(tmp_path / "dagster")) as instance:
        landed = instance.get_latest_materialization_event(dg.AssetKey(["landing", "kick_streams"]))
        checked = instance.all_logs(instance.get_runs()[0].run_id, dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        assert instance.get_runs()[0].job_name == "ingest_kick"
    assert landed.asset_materialization.metadata["dagster/row_count"].value == streams > 0
    assert [event.get_dagster_event().event_specific_data.check_name for event in checked] == [
        "crawl_is_in_line"
    ]


def test_a_refused_login_is_one_sentence_is_not_tried_again_and_loads_what_there_is(
    tmp_path: Path, kick: dict[str, str], served: Served
):
    asked = dict(served.box.calls)
    done = run(tmp_path, "run", "ingest_kick", **kick | {"KICK_CLIENT_SECRET": "a-wrong-secret"})
    assert done.returncode == 1
    assert "Error: ingest_kick, landing__kick_streams: Kick refuses KICK_CLIENT_ID and KICK_" in done.stderr
    assert "a-wrong-secret" not in done.stdout + done.stderr
    assert "load_landed: 0 rows of 0 files" in done.stderr
    assert served.box.calls["/kick/oauth/token"] == asked.get("/kick/oauth/token", 0) + 1


def test_a_job_of_a_platform_without_credentials_begins_nothing(tmp_path: Path):
    refused = run(tmp_path, "run", "ingest_kick", KICK_CLIENT_ID="")
    assert refused.returncode == 2
    assert refused.stderr.startswith("Error: KICK_CLIENT_ID is not set: get it at https://kick.com/")
    assert len(refused.stderr.splitlines()) == 1
    assert not (tmp_path / "landing").exists()


def test_a_broken_description_is_off_with_its_sentence_and_all_others_go_on(
    tmp_path: Path, kick: dict[str, str], monkeypatch, caplog
):
    own = tmp_path / "platforms"
    own.mkdir()
    for name in ("marmot", "no name", "twitch"):
        (own / f"{name}.yml").write_text("platform: marmot\n")
    for name, value in (kick | {"AIRTIME_HOME": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    found = airtime()
    schedules = {one.name: one.default_status.value for one in found.schedules}
    assert schedules["ingest_kick_every_cadence"] == schedules["build_hourly"] == "RUNNING"
    assert schedules["ingest_marmot_every_cadence"] == "STOPPED"
    assert [name for name in schedules if "name" in name] == []
    sentence = f"{own / 'marmot.yml'}, line 1: title: it is missing"
    landed = found.resolve_asset_graph().get(dg.AssetKey(["landing", "marmot_streams"]))
    assert landed.description.endswith(f"Off: {sentence}")
    assert landed.metadata["off"].partition("\n")[0] == sentence
    assert f"platform marmot is off: {sentence}" in caplog.text
    assert "platform no name is off: " in caplog.text


def test_a_platform_that_the_setting_misspells_is_told_of_before_the_ui_is_served(tmp_path: Path):
    refused = run(tmp_path, "ui", AIRTIME_PLATFORMS="twitch,kikc")
    assert refused.returncode == 2
    assert refused.stderr == (
        "Error: setting AIRTIME_PLATFORMS: there is no platform kikc; did you mean kick?\n"
    )


def test_without_a_job_everything_that_is_on_is_run(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("SOOP_CLIENT_ID", "an-id")
    home = {"_env_file": None, "AIRTIME_HOME": tmp_path}
    twitch = {"TWITCH_CLIENT_ID": "id", "TWITCH_CLIENT_SECRET": "secret"}
    assert jobs_that_are_on(Settings(**home, **twitch)) == ["ingest", "ingest_soop", "enrich", "build"]
    assert jobs_that_are_on(Settings(**home, TWITCH_CLIENT_ID="")) == ["ingest_soop", "build"]
    with pytest.raises(MissingSetting, match="KICK_CLIENT_ID is not set"):
        jobs_that_are_on(Settings(**home, **twitch, AIRTIME_PLATFORMS="kick"))


def test_where_nothing_is_on_a_run_says_what_is_missing(tmp_path: Path):
    refused = run(tmp_path, "run", TWITCH_CLIENT_ID="")
    assert refused.returncode == 2
    assert refused.stderr.startswith(
        "Error: TWITCH_CLIENT_ID is not set: register an application at https://"
    )
    assert len(refused.stderr.splitlines()) == 1


def test_one_run_ingests_every_platform_that_is_on_and_a_refused_one_stops_no_other(
    tmp_path: Path, kick: dict[str, str], served: Served
):
    variables = other_platforms(served) | kick | {"SOOP_CLIENT_ID": "a-wrong-id", "TROVO_CLIENT_ID": ""}
    done = run(tmp_path, "run", **variables, AIRTIME_PLATFORMS="kick soop trovo")
    assert done.returncode == 1
    [failed] = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert failed.startswith("Error: ingest_soop, landing__soop_streams: SOOP refuses SOOP_CLIENT_ID: ")
    with duckdb.connect(tmp_path / "published" / "airtime.duckdb", read_only=True) as published:
        crawled = published.execute("select distinct platform from marts.crawls").fetchall()
    assert crawled == [("kick",)]
    assert not (tmp_path / "landing" / "soop").exists()
