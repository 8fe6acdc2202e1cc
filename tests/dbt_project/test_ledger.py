"""The marts are those of a fresh warehouse, whatever was run, killed, set or edited before."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from ingestion.settings import Settings
from ingestion.warehouse.built import LEDGER, last_build
from ingestion.warehouse.load import load
from orchestration.models.command import BUILD_MODELS
from tests.dbt_project.making.warehouses import (
    DBT_PROJECT,
    build,
    land_world,
    mart_fingerprints,
    mart_rows,
    run_dbt,
)
from tests.dbt_project.test_rebuilding import built
from tests.reference.worlds.small import crawl, live_world, observation
from tests.reference.worlds.world import World

TEN = datetime(2026, 3, 1, 10)
MACROS = DBT_PROJECT / "macros"
MODELS = sorted(DBT_PROJECT.glob("models/intermediate/*/*.sql"))


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


def two_stretches(day: int = 1) -> World:
    """Return a streamer seen at 10:00 and 10:20, by five crawls, under two stream ids."""
    at = [TEN + timedelta(days=day - 1, minutes=minutes) for minutes in (0, 5, 10, 15, 20)]
    seen = [(at[0], "a"), (at[4], "b")]
    return live_world(
        [crawl(instant) for instant in at],
        [observation(instant, stream_id=f"{stream}{day}") for instant, stream in seen],
    )


def copied(original: Settings, home: Path) -> Settings:
    shutil.copytree(original.root, home)
    return Settings(AIRTIME_HOME=home)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory) -> Settings:
    return built(tmp_path_factory.mktemp("pristine"), [[two_stretches()]])


@pytest.fixture(scope="module")
def fresh(tmp_path_factory, pristine) -> dict[int, dict[str, str]]:
    """Return the marts of two_stretches in a fresh warehouse, by reconnect_minutes."""
    settings = Settings(AIRTIME_HOME=tmp_path_factory.mktemp("fresh"))
    land_world(settings, two_stretches())
    load(settings)
    build(settings, "run", reconnect_minutes=40)
    return {10: mart_fingerprints(pristine), 40: mart_fingerprints(settings)}


@pytest.fixture
def home(tmp_path, pristine) -> Settings:
    return copied(pristine, tmp_path / "home")


@pytest.fixture(scope="module")
def two_days_and_a_late_crawl(tmp_path_factory) -> tuple[Settings, dict[str, str]]:
    """Return a home of two days in which a crawl waits for its build, and the marts when all is built."""
    late = TEN + timedelta(minutes=12)
    late_crawl = live_world([crawl(late)], [observation(late, stream_id="a1")])
    days = [two_stretches(1), two_stretches(2)]
    fresh = built(tmp_path_factory.mktemp("fresh"), [[*days, late_crawl]])
    home = built(tmp_path_factory.mktemp("home"), [[day] for day in days])
    land_world(home, late_crawl)
    load(home)
    return home, mart_fingerprints(fresh)


def test_a_changed_setting_reaches_what_was_built_and_so_does_changing_it_back(home, fresh):
    assert len(mart_rows(home, "sessions", 2)) == 2
    build(home, "run", reconnect_minutes=40)
    assert len(mart_rows(home, "sessions", 2)) == 1
    assert mart_fingerprints(home) == fresh[40] != fresh[10]
    build(home, "run")
    assert mart_fingerprints(home) == fresh[10]


def test_an_edited_model_reaches_what_was_built_and_so_does_editing_it_back(home, fresh):
    twice = edited("int_stretches", "sum(viewer_count *", "sum(2 * viewer_count *")
    assert run_dbt(home, ["run"], edited=twice) == 0
    assert [row["average_viewers"] for row in mart_rows(home, "sessions", 2).values()] == [20, 20]
    assert run_dbt(home, ["run"]) == 0
    assert mart_fingerprints(home) == fresh[10]


def test_a_comment_is_no_edit(home):
    with duckdb.connect(home.warehouse) as connection:
        connection.execute("update intermediate.int_stretches set peak_viewers = 777")
    commented = edited("int_stretches", "with\n", "-- so it is\nwith\n\n")
    assert run_dbt(home, ["run"], edited=commented) == 0
    assert {row["peak_viewers"] for row in mart_rows(home, "sessions", 2).values()} == {10}
    with duckdb.connect(home.warehouse, read_only=True) as connection:
        query = "select distinct peak_viewers from intermediate.int_stretches"
        assert connection.execute(query).fetchall() == [(777,)]


@pytest.mark.parametrize("meanwhile", [10, 40])
def test_building_a_few_models_by_hand_spoils_nothing(tmp_path, meanwhile, two_days_and_a_late_crawl):
    original, fresh = two_days_and_a_late_crawl
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


def test_a_build_with_nothing_to_do_writes_no_day(home):
    with duckdb.connect(home.warehouse) as connection:
        connection.execute("update intermediate.int_streamer_days set peak_viewers = 777")
    build(home, "run")
    with duckdb.connect(home.warehouse, read_only=True) as connection:
        query = "select distinct peak_viewers from intermediate.int_streamer_days"
        assert connection.execute(query).fetchall() == [(777,)]


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
    assert (LEDGER, columns) == ("built_days_3", "c7782d9df463")
    assert f"built_days() %}}meta.{LEDGER}{{% endmacro" in (MACROS / "ledger.sql").read_text()


def test_changed_settings_reach_old_days_part_after_part_and_each_part_passes_its_tests(tmp_path):
    worlds = [two_stretches(day) for day in (1, 2, 3, 4)]
    home = built(tmp_path / "home", [worlds])
    waiting = []
    while not waiting or waiting[-1]:
        assert run_dbt(home, [*BUILD_MODELS], rows_at_once=4, reconnect_minutes=40) == 0
        waiting.append(last_build(home).waiting)
    assert waiting == [2, 0]
    assert str(last_build(home)) == "built 2 days, 2 of them again"
    fresh = Settings(AIRTIME_HOME=tmp_path / "fresh")
    for world in worlds:
        land_world(fresh, world)
    load(fresh)
    build(fresh, "run", reconnect_minutes=40)
    assert mart_fingerprints(home) == mart_fingerprints(fresh)
