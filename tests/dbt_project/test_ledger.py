"""The marts are those of a fresh warehouse, whatever was run, killed, set or edited before."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from ingestion.settings import Settings
from ingestion.warehouse.built import BUILT_DAYS, last_build
from ingestion.warehouse.load import load
from ingestion.warehouse.reference import write_reference
from orchestration.models.command import BUILD_MODELS
from tests.dbt_project.making.built_homes import DAYS, TEN, copied, two_stretches
from tests.dbt_project.making.reference_rows import reference_tables
from tests.dbt_project.making.warehouses import (
    DBT_PROJECT,
    build,
    land_world,
    mart_fingerprints,
    mart_rows,
    run_dbt,
)
from tests.reference.worlds.small import crawl, live_world, observation
from tests.reference.worlds.world import Override

MACROS = DBT_PROJECT / "macros"
MODELS = sorted(DBT_PROJECT.glob("models/intermediate/*/*.sql"))
# at ten in UTC it is still the day before there: the newest day is gone
CHANGED = {"reconnect_minutes": 40, "timezone": "Pacific/Pago_Pago"}

COLUMNS = """
    select left(md5(string_agg(concat_ws(' ', table_name, column_name, data_type), '/' order by all)), 12)
    from information_schema.columns where table_name in (select unnest(?))
"""


def edited(name: str, text: str, new: str) -> dict[str, str]:
    """Return an intermediate model with some of its SQL replaced."""
    (path,) = (path for path in MODELS if path.stem == name)
    sql = path.read_text()
    assert text in sql
    return {f"model.airtime.{name}": sql.replace(text, new)}


def broken(name: str) -> dict[str, str]:
    """Return an intermediate model that fails, but first has run all that it reads."""
    return edited(name, "select\n", "select cast('no number' as bigint) as failing,\n")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory, loaded, pristine) -> dict[int, dict[str, str]]:
    """Return the marts of the days in a fresh warehouse, by reconnect_minutes; 40 are those of CHANGED."""
    settings = copied(loaded, tmp_path_factory.mktemp("fresh") / "home")
    build(settings, "run", **CHANGED)
    return {10: mart_fingerprints(pristine), 40: mart_fingerprints(settings)}


@pytest.fixture(scope="module")
def a_late_crawl(tmp_path_factory, loaded, pristine) -> tuple[Settings, dict[str, str]]:
    """Return a home in which a crawl of the first day waits for its build, and the marts once it is built."""
    late = TEN + timedelta(minutes=12)
    late_crawl = live_world([crawl(late)], [observation(late, stream_id="a1")])
    folder = tmp_path_factory.mktemp("late")
    fresh, waiting = copied(loaded, folder / "fresh"), copied(pristine, folder / "waiting")
    for settings in (fresh, waiting):
        land_world(settings, late_crawl)
        load(settings)
    build(fresh, "run")
    return waiting, mart_fingerprints(fresh)


def test_a_changed_setting_reaches_what_was_built_and_so_does_changing_it_back(home, fresh):
    assert len(mart_rows(home, "sessions", 2)) == 2 * len(DAYS)
    build(home, "run", **CHANGED)
    assert len(mart_rows(home, "sessions", 2)) == len(DAYS)
    assert mart_fingerprints(home) == fresh[40] != fresh[10]
    build(home, "run")
    assert mart_fingerprints(home) == fresh[10]


def test_an_edited_model_reaches_what_was_built_and_so_does_editing_it_back(home, fresh):
    twice = edited("int_stretches", "sum(viewer_count *", "sum(2 * viewer_count *")
    assert run_dbt(home, ["run"], edited=twice) == 0
    assert [row["average_viewers"] for row in mart_rows(home, "sessions", 2).values()] == [20] * 2 * len(DAYS)
    assert run_dbt(home, ["run"]) == 0
    assert mart_fingerprints(home) == fresh[10]


def test_a_build_with_nothing_to_do_writes_no_day_and_a_comment_is_nothing_to_do(home):
    tables = ("int_stretches", "int_streamer_days")
    with duckdb.connect(home.warehouse) as connection:
        for table in tables:
            connection.execute(f"update intermediate.{table} set peak_viewers = 777")
    commented = edited("int_stretches", "with\n", "-- so it is\nwith\n\n")
    assert run_dbt(home, ["run"], edited=commented) == 0
    assert {row["peak_viewers"] for row in mart_rows(home, "sessions", 2).values()} == {10}
    with duckdb.connect(home.warehouse, read_only=True) as connection:
        for table in tables:
            query = f"select distinct peak_viewers from intermediate.{table}"
            assert connection.execute(query).fetchall() == [(777,)]


@pytest.mark.parametrize("meanwhile", [10, 40])
def test_building_a_few_models_by_hand_spoils_nothing(tmp_path, meanwhile, a_late_crawl):
    original, fresh = a_late_crawl
    home = copied(original, tmp_path / "home")
    for models in ("int_days int_crawls int_doubles int_stretches", "int_sessions int_streamer_days+"):
        assert run_dbt(home, ["run", "--select", *models.split()], reconnect_minutes=meanwhile) == 0
    build(home, "run")
    assert mart_fingerprints(home) == fresh


def test_a_build_that_was_killed_or_failed_with_other_settings_leaves_no_trace(home, fresh):
    killed_at = "model.airtime.int_streamers_by_period"
    assert run_dbt(home, ["run"], killed_at=killed_at, timezone="Asia/Kathmandu", reconnect_minutes=40) == -9
    failed = run_dbt(home, ["run"], edited=broken("int_streamer_days"), reconnect_minutes=40)
    assert failed == 1
    build(home, "run")
    assert mart_fingerprints(home) == fresh[10]


def test_a_full_refresh_of_one_model_with_other_settings_leaves_no_trace(home, fresh):
    command = ["run", "--full-refresh", "--select", "int_stretches"]
    assert run_dbt(home, command, reconnect_minutes=40) == 0
    build(home, "run")
    assert mart_fingerprints(home) == fresh[10]


def test_a_table_that_somebody_dropped_is_made_again(home, fresh):
    with duckdb.connect(home.warehouse) as connection:
        connection.execute("drop table intermediate.int_streamer_category_days")
    build(home, "run")
    assert mart_fingerprints(home) == fresh[10]


def test_a_warehouse_of_an_older_version_is_refused_in_a_sentence(home):
    with duckdb.connect(home.warehouse) as connection:
        connection.execute("drop schema meta cascade")
    assert run_dbt(home, ["run"]) == 1
    said = Path(home.root / "dbt.txt").read_text()
    assert "an older airtime built this warehouse: `make rebuild` makes it again" in said


def test_other_columns_of_the_incremental_models_come_with_another_ledger(home):
    incremental = [path.stem for path in MODELS if "materialized='incremental'" in path.read_text()]
    with duckdb.connect(home.warehouse, read_only=True) as connection:
        columns = connection.execute(COLUMNS, [incremental]).fetchone()[0]
    assert (BUILT_DAYS, columns) == ("built_days_4", "425a1c2978da")
    assert f"built_days() %}}meta.{BUILT_DAYS}{{% endmacro" in (MACROS / "ledger.sql").read_text()


def test_changed_settings_reach_old_days_part_after_part_and_each_part_passes_its_tests(home, fresh):
    waiting = []
    while not waiting or waiting[-1]:
        assert run_dbt(home, [*BUILD_MODELS], rows_at_once=4, **CHANGED) == 0
        waiting.append(last_build(home).waiting)
    assert waiting == [2, 0]
    assert str(last_build(home)) == "built 2 days, 0 of them again"
    assert mart_fingerprints(home) == fresh[40]


def test_a_day_that_raw_has_lost_is_gone_though_its_part_comes_last(home):
    newest = TEN + timedelta(days=DAYS[-1] - 1)
    with duckdb.connect(home.warehouse) as connection:
        for table in ("crawls", "observations"):
            connection.execute(f"delete from raw.{table} where observed_at >= ?", [newest])
    waiting = []
    while not waiting or waiting[-1]:
        assert run_dbt(home, ["run"], rows_at_once=4, reconnect_minutes=40) == 0
        waiting.append(last_build(home).waiting)
    assert waiting == [2, 0]
    assert len(mart_rows(home, "sessions", 2)) == len(DAYS) - 1
    assert max(observed_at for _, observed_at in mart_rows(home, "crawls", 2)) < newest


def test_some_models_in_another_time_zone_than_the_others_are_refused_in_a_sentence(home):
    assert run_dbt(home, ["run", "--select", "int_days", "int_stretches"], timezone="Asia/Kathmandu") == 1
    said = Path(home.root / "dbt.txt").read_text()
    advice = "build all models, or set AIRTIME_TIMEZONE to UTC"
    assert f"what is built is of time zone UTC, not of Asia/Kathmandu: {advice}" in said


def test_a_publisher_that_is_learnt_has_the_peaks_of_days_that_were_built_before(home):
    learnt = replace(two_stretches(DAYS[0]), overrides=[Override("1", "Learnt", "Learnt")])
    write_reference(home, reference_tables([learnt]))
    build(home, "run")
    ranked = mart_rows(home, "rank_publishers", 4)
    days = [row["peak_viewers"] for key, row in ranked.items() if key[1::2] == ("day", "Learnt")]
    assert days == [10] * len(DAYS)
