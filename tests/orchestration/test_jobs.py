"""The jobs, run as a user runs them: in a process of their own, against the simulator over HTTP."""

import json

import dagster as dg
import duckdb

from simulator.__main__ import CLIENT_SECRET
from tests.orchestration.homes import run, shown_of


def test_all_jobs_end_well_and_say_what_they_did(finished):
    assert finished.returncode == 0, finished.stderr
    assert "landed_streams" in finished.stderr or "landing__twitch_streams" in finished.stderr
    assert "build_models" in finished.stderr
    assert CLIENT_SECRET not in finished.stdout + finished.stderr


def test_the_marts_are_published_with_names_games_and_publishers(home, finished):
    with duckdb.connect(home / "published" / "airtime.duckdb", read_only=True) as published:
        ranked, typed = published.execute(
            "select count(*), count(broadcaster_type) from marts.rank_streamers where period = 'day'"
        ).fetchone()
        publishers = published.execute("select count(*) from marts.rank_publishers where rank = 1").fetchone()
        live, crawled = published.execute(
            "select (select count(*) from marts.live_now),"
            " (select max_by(streams, observed_at) from marts.crawls where is_complete)"
        ).fetchone()
    assert ranked > 20
    assert typed == ranked
    assert publishers[0] > 0
    assert live == crawled


def test_every_mart_is_exported_with_its_descriptions(home, finished):
    exports = {path.name for path in (home / "exports").iterdir() if not path.name.startswith(".")}
    with duckdb.connect(home / "published" / "airtime.duckdb", read_only=True) as published:
        marts = published.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall()
    assert exports == {mart for (mart,) in marts} | {"rankings.xlsx", "report.html", "manifest.json"}
    for (mart,) in marts:
        schema = json.loads((home / "exports" / mart / "schema.json").read_text())
        assert schema["description"].startswith("One row per "), mart
        assert [column["name"] for column in schema["columns"] if not column["description"]] == [], mart


def test_each_mart_shows_rows_first_rows_and_where_its_columns_come_from(home, finished):
    with duckdb.connect(home / "published" / "airtime.duckdb", read_only=True) as published:
        rows = dict(published.execute("select mart, row_count from meta.marts").fetchall())
        [(leader,)] = published.execute(
            "select streamer_name from marts.rank_streamers where period = 'last_7_days' and rank = 1"
        ).fetchall()
    shown = {mart: shown_of(home, "marts", mart) for mart in rows}
    assert {mart: metadata["dagster/row_count"].value for mart, metadata in shown.items()} == rows
    streamers = shown["rank_streamers"]
    assert leader in streamers["preview"].value.replace("\\", "")
    assert streamers["page"].value == "http://127.0.0.1:8080/who_leads"
    assert all(column.description for column in streamers["dagster/column_schema"].value.columns)


def test_a_column_of_a_mart_can_be_followed_to_raw(home, finished):
    seen, unseen = set(), {(dg.AssetKey(["marts", "rank_streamers"]), "hours_watched")}
    while unseen:
        seen |= unseen
        origins = {
            (dep.asset_key, dep.column_name)
            for key, column in unseen
            if key.path[0] in ("marts", "intermediate", "staging")
            for dep in shown_of(home, *key.path)["dagster/column_lineage"].value.deps_by_column[column]
        }
        unseen = origins - seen
    assert (dg.AssetKey(["twitch", "observations"]), "viewer_count") in seen
    assert (dg.AssetKey(["airtime", "crawls"]), "cadence_seconds") in seen


def test_the_runs_are_in_dagsters_history_with_metadata(home, finished):
    with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        assert {run.job_name for run in instance.get_runs()} == {"ingest", "enrich", "build"}
        crawl = instance.get_latest_materialization_event(dg.AssetKey(["landing", "twitch_streams"]))
        metadata = crawl.asset_materialization.metadata
        checks = instance.event_log_storage.get_asset_check_summary_records
    assert metadata["is_complete"].value is True
    assert metadata["dagster/row_count"].value > 0
    assert checks is not None


def test_the_landed_crawl_survives_a_job_without_credentials(tmp_path):
    failed = run(tmp_path, "run", "ingest", TWITCH_CLIENT_ID="", TWITCH_CLIENT_SECRET="")
    assert failed.returncode == 2
    assert "TWITCH_CLIENT_ID is not set" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_an_unknown_job_is_refused_in_one_sentence(tmp_path):
    refused = run(tmp_path, "run", "everything")
    assert refused.returncode == 2
    assert "'everything' is not one of" in refused.stderr


def test_a_build_before_any_load_says_so_in_one_sentence(tmp_path):
    refused = run(tmp_path, "run", "build")
    told = (
        f"nothing has been loaded into {tmp_path / 'warehouse.duckdb'}: load first (make run, make import), "
        "or set AIRTIME_HOME to the home of a warehouse"
    )
    assert refused.returncode == 1
    assert f"Error: build, build_models: {told}\n" in refused.stderr
    assert "  published__airtime: not run, because what it is made from failed\n" in refused.stderr
    assert len(refused.stderr.splitlines()) <= 7
