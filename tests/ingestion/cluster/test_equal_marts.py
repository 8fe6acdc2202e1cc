"""A Spark cluster makes the marts that DuckDB makes, to the last bit, whatever happens between two builds."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingestion.cluster.tables import NoCluster, show_models
from ingestion.settings import Settings
from ingestion.warehouse import file
from ingestion.warehouse.errors import WarehouseBusy
from ingestion.warehouse.file import one_load_at_a_time
from ingestion.warehouse.load import load
from ingestion.warehouse.reference import write_reference
from orchestration.models.command import DBT, building, run_dbt, set_for_dbt, show_built
from orchestration.models.files import engine_variables
from serving.publish import checksums, publish
from tests.dbt_project.making.built_homes import two_stretches
from tests.dbt_project.making.edge_worlds import (
    every_kind_of_game,
    followers_fall,
    named,
    one_stream,
    world_of,
)
from tests.dbt_project.making.reference_rows import IMPORTED_AT, reference_tables
from tests.dbt_project.making.several_platforms import EPIC, FORTNITE, of_kick, of_trovo, of_twitch, seen
from tests.dbt_project.making.warehouses import land_world
from tests.forking import python_m
from tests.orchestration.homes import environment, shown_of
from tests.places import DBT_PROJECT
from tests.reference.worlds.worked_example import worked_example
from tests.reference.worlds.world import World

NOON = datetime(2026, 3, 9, 12)
FAR = {"reconnect_minutes": 40, "timezone": "America/New_York"}


def beyond_64_bits() -> World:
    """Viewers that jump by all who can watch from crawl to crawl: the sums of the errors pass 9.2e18."""
    instants = [NOON + timedelta(minutes=5 * number) for number in range(40)]
    rows = [
        row
        for number, at in enumerate(instants)
        for row in one_stream([at], NOON, viewers=100_000_000 * (number % 2))
    ]
    return world_of("huge", rows)


def first_worlds() -> list[World]:
    known = [worked_example(), every_kind_of_game(), followers_fall(), beyond_64_bits(), two_stretches(2)]
    # two dots over a letter are a letter of their own or not
    spelt = {"one": "Bu\u0308cher", "other": "B\u00dcCHER"}
    alike = [named(platform, seen(("x", name, 5))) for platform, name in spelt.items()]
    return [*known, of_kick(), of_trovo(), *alike]


def ignore(_: int) -> None:
    pass


class Story:
    """The same steps on both engines; after each, the checksums of all marts."""

    def __init__(self, on_duckdb: Settings, on_spark: Settings) -> None:
        self.engines = (on_duckdb, on_spark)
        self.sums: dict[str, list[dict[str, str]]] = {}

    def add(self, worlds: list[World], *, number: int = 0) -> None:
        for settings in self.engines:
            for world in worlds:
                land_world(settings, world, IMPORTED_AT + timedelta(days=10 * number))
            load(settings)
            write_reference(settings, reference_tables(worlds))

    def build(self, step: str, variables: str = "{}", on_node: Callable[[int], None] = ignore) -> None:
        for settings in self.engines:
            with building(settings):
                build(settings, variables, on_node if settings.engine == "spark" else ignore)
                show_built(settings)
        self.sums[step] = [checksums(settings.warehouse) for settings in self.engines]


def build(settings: Settings, variables: str, on_node: Callable[[int], None]) -> None:
    command, target = ["run", "--vars", variables], settings.root / "dbt"
    run_dbt(command, settings.warehouse, target, lambda done, _: on_node(done), settings=settings)


def kill_a_build(settings: Settings, after: str) -> None:
    """Start a build and kill it as soon as one model is done: others are in the midst of theirs."""
    set_for_dbt(settings.warehouse, settings)
    target = ["--target-path", settings.root / "killed", "--log-path", settings.root / "killed"]
    folders = ["--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT, *target]
    command = [DBT, "--log-format", "json", "run", *folders]
    with building(settings), subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as dbt:
        for line in dbt.stdout:
            if '"LogModelResult"' in line and after in line:
                dbt.kill()
                return
    raise AssertionError(f"{after} was not built")


def kill_a_worker(settings: Settings) -> None:
    """Kill one of the processes that do the cluster's work, and what it had started."""
    names = {path.parent: path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline")}
    folder = str(settings.root / "spark").encode()
    (worker, *_) = (path for path, name in names.items() if b"worker.Worker" in name and folder in name)
    os.kill(int(worker.name), signal.SIGKILL)


def files_of_days(settings: Settings) -> set[Path]:
    """Return the files of all tables that are kept by day or period, each of which has a name of its own."""
    return set((settings.root / "spark" / "tables" / "intermediate.db").rglob("platform=*/**/*.parquet"))


@pytest.fixture(scope="module")
def story(spark: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    told = Story(Settings(_env_file=None, AIRTIME_HOME=tmp_path_factory.mktemp("duckdb")), spark)
    told.add(first_worlds())
    yield told


@pytest.fixture(scope="module")
def job(story: Story) -> subprocess.CompletedProcess[str]:
    """The first build of both engines, on the cluster as a job of Dagster's."""
    on_duckdb, on_spark = story.engines
    build(on_duckdb, "{}", ignore)
    cluster = engine_variables("spark", on_spark.spark_host, on_spark.spark_port)
    done = python_m(
        "orchestration", "run", "build", environment=environment(on_spark.root, **cluster), seconds=1800
    )
    story.sums["all"] = [checksums(settings.warehouse) for settings in story.engines]
    return done


def assert_equal(story: Story, step: str) -> None:
    on_duckdb, on_spark = story.sums[step]
    assert len(on_duckdb) == 23
    assert on_spark == on_duckdb


def test_a_job_builds_tests_publishes_and_exports(story: Story, job: subprocess.CompletedProcess[str]):
    assert job.returncode == 0, job.stdout + job.stderr
    home, marts = story.engines[1].root, story.sums["all"][1]
    manifest = json.loads((home / "exports" / "manifest.json").read_text())
    assert manifest["marts"].keys() == marts.keys()
    shown = shown_of(home, "marts", "rank_streamers")
    assert shown["dagster/row_count"].value == manifest["marts"]["rank_streamers"] > 0
    columns = shown["dagster/column_lineage"].value.deps_by_column
    assert {dep.column_name for dep in columns["hours_watched"]} == {"viewer_seconds"}


def test_a_first_build_equals(story: Story, job: subprocess.CompletedProcess[str]):
    assert_equal(story, "all")


def test_a_late_day_equals_though_the_build_before_was_killed(story: Story):
    story.add([two_stretches(1), of_twitch(helix_games=FORTNITE, igdb_games=EPIC)], number=1)
    story.add([two_stretches(3)], number=2)
    kill_a_build(story.engines[1], after="int_sessions")
    story.build("late")
    assert_equal(story, "late")
    assert story.sums["late"] != story.sums["all"]


def test_a_changed_setting_and_time_zone_equal_though_a_worker_was_killed(story: Story):
    spark, nodes = story.engines[1], []

    def kill_in_the_midst(done: int) -> None:
        nodes.append(done)
        if len(nodes) == 20:
            kill_a_worker(spark)

    story.build("changed", json.dumps(FAR), on_node=kill_in_the_midst)
    assert len(nodes) > 20
    assert_equal(story, "changed")
    assert story.sums["changed"] != story.sums["late"]


def test_nothing_new_makes_nothing_again(story: Story):
    files = files_of_days(story.engines[1])
    story.build("nothing new", json.dumps(FAR))
    assert_equal(story, "nothing new")
    assert story.sums["nothing new"] == story.sums["changed"]
    assert files_of_days(story.engines[1]) == files != set()


def test_what_is_published_equals(story: Story, tmp_path: Path):
    published = [
        publish(settings.warehouse, tmp_path / f"{number}.duckdb", published_at=NOON)
        for number, settings in enumerate(story.engines)
    ]
    assert published[0]["version"] == published[1]["version"]


def test_tables_that_cannot_be_read_here_leave_what_readers_see_as_it_was(story: Story):
    spark = story.engines[1]
    tables, before = spark.root / "spark" / "tables" / "marts.db", checksums(spark.warehouse)
    elsewhere = tables.rename(tables.with_name("elsewhere"))
    with pytest.raises(NoCluster, match="cannot be read here: mount its tables at the same path"):
        show_models(spark)
    elsewhere.rename(tables)
    assert checksums(spark.warehouse) == before


def test_a_build_waits_for_a_load_and_says_so(story: Story, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(file, "WAIT_SECONDS", 0.1)
    with (
        one_load_at_a_time(story.engines[1]),
        pytest.raises(WarehouseBusy, match="is running already"),
        building(story.engines[1]),
    ):
        pass
