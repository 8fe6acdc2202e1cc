"""The whole warehouse made again from the landing zone, beside the old one, and swapped in."""

import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

import ingestion.warehouse.built
import orchestration.__main__
from ingestion.settings import Settings
from ingestion.warehouse.load import load
from ingestion.warehouse.reference import TABLES
from orchestration.models.command import run_dbt
from orchestration.rebuild import rebuild
from serving.publish import checksums
from tests.dbt_project.making.warehouses import land_world
from tests.orchestration.homes import command, environment, run
from tests.reference.worlds.small import crawl, live_world, observation
from tests.reference.worlds.worked_example import worked_example

KEPT = "warehouse.before-rebuild.duckdb"
FETCHED = [table.name for table in TABLES]


@pytest.fixture
def old(home, finished, tmp_path) -> Path:
    """A copy of the simulated home, which a test may spoil."""
    assert finished.returncode == 0, finished.stderr
    return Path(shutil.copytree(home, tmp_path / "old", symlinks=True))


def rows(warehouse: Path, table: str) -> int:
    with duckdb.connect(warehouse, read_only=True) as connection:
        return connection.execute(f"select count(*) from raw.{table}").fetchone()[0]


def killed_while_building(home: Path) -> None:
    """Run a rebuild and kill it, with a signal that cannot be caught, while dbt builds the new models."""
    arguments = command("rebuild")
    with subprocess.Popen(arguments, env=environment(home), stderr=subprocess.PIPE, text=True) as running:
        assert any("new marts" in line for line in running.stderr)
        running.kill()
    assert list(home.glob("rebuild-*/warehouse.duckdb"))


def test_a_killed_rebuild_changes_nothing_and_the_next_one_makes_what_was_and_names_a_mart_that_differs(old):
    warehouse = old / "warehouse.duckdb"
    sums, fetched = checksums(warehouse), {table: rows(warehouse, table) for table in FETCHED}
    killed_while_building(old)
    assert not (old / KEPT).exists()
    assert checksums(warehouse) == sums
    with duckdb.connect(warehouse) as connection:
        connection.execute(
            "delete from raw.crawls where observed_at = (select max(observed_at) from raw.crawls)"
        )
    inode = warehouse.stat().st_ino
    done = run(old, "rebuild")
    assert done.returncode == 0, done.stderr
    assert "crawls: DIFFERS" in done.stdout
    assert "marts differ" in done.stdout
    assert ((old / KEPT).stat().st_ino, warehouse.stat().st_ino != inode) == (inode, True)
    assert rows(warehouse, "crawls") == rows(old / KEPT, "crawls") + 1
    assert checksums(warehouse) == sums
    assert {table: rows(warehouse, table) for table in FETCHED} == fetched
    assert list(old.glob("rebuild-*")) == []
    assert load(Settings(AIRTIME_HOME=old)).files == 0


def test_a_build_makes_a_warehouse_of_an_older_version_again_from_the_landing_zone(old):
    warehouse = old / "warehouse.duckdb"
    sums = checksums(warehouse)
    with duckdb.connect(warehouse) as connection:
        connection.execute("drop schema meta cascade")
    done = run(old, "run", "build")
    assert done.returncode == 0, done.stderr
    assert "an older airtime built this warehouse: it is made again from the landing zone" in done.stderr
    assert (checksums(warehouse), (old / KEPT).exists()) == (sums, True)


def test_without_a_warehouse_that_can_be_read_one_is_made(tmp_path):
    settings = Settings(AIRTIME_HOME=tmp_path)
    land_world(settings, worked_example())
    settings.warehouse.write_text("no database " * 1000)
    settings.warehouse.with_name("warehouse.duckdb.wal").write_text("no log")
    built = run(tmp_path, "run", "build")
    assert (built.returncode, "Traceback" in built.stderr) == (1, False)
    assert (
        f"build_models: {settings.warehouse} cannot be read (not a valid DuckDB database): " in built.stderr
    )
    done = run(tmp_path, "rebuild")
    assert done.returncode == 0, done.stderr
    assert "warehouse.unreadable-1.duckdb" in done.stderr
    assert "dumps of users and games" in " ".join(done.stderr.split())
    assert "no old marts to compare with" in done.stdout
    assert "rank_streamers" in checksums(settings.warehouse)
    assert not (tmp_path / KEPT).exists()
    assert (tmp_path / "warehouse.unreadable-1.duckdb").read_text().startswith("no database")
    assert (tmp_path / "warehouse.unreadable-1.duckdb.wal").read_text() == "no log"


def test_a_long_history_is_built_in_parts_and_ends_in_the_same_marts(tmp_path, monkeypatch):
    settings, said = Settings(AIRTIME_HOME=tmp_path), []
    instants = [datetime(2026, 3, 1, 22) + timedelta(hours=3 * number) for number in range(5)]
    rows = [observation(at, stream_id="s1", tags=["English"]) for at in instants]
    land_world(settings, live_world([crawl(at) for at in instants], rows))
    load(settings)
    run_dbt(["run"], settings.warehouse, tmp_path / "dbt")
    sums = checksums(settings.warehouse)
    monkeypatch.setenv("AIRTIME_HOME", str(tmp_path))
    monkeypatch.setattr(ingestion.warehouse.built, "ROWS_PER_GIGABYTE", 1)
    # the command says the first part only
    monkeypatch.setattr(
        orchestration.__main__, "rebuild", lambda home, _, warn: rebuild(home, said.append, warn)
    )
    done = CliRunner().invoke(orchestration.__main__.cli, ["rebuild"])
    assert done.exit_code == 0, done.output
    assert {far.split(", ")[1] for far in said if far.startswith("new marts")} == {"part 1", "part 2"}
    equal = [line for line in done.stdout.splitlines() if line.endswith(": equal")]
    assert equal == [f"{mart}: equal" for mart in sums]
    assert "all marts are equal" in done.stdout
    assert checksums(settings.warehouse) == checksums(tmp_path / KEPT) == sums


def test_a_landed_file_that_is_gone_stops_it_before_anything_changes(old):
    lost = next(iter((old / "landing").rglob("*.parquet")))
    lost.unlink()
    before = (old / "warehouse.duckdb").read_bytes()
    done = run(old, "rebuild")
    assert done.returncode == 1
    assert str(lost) in done.stderr
    assert "a rebuild would lose what was in them" in done.stderr
    assert (old / "warehouse.duckdb").read_bytes() == before
    assert list(old.glob("rebuild-*")) == []
