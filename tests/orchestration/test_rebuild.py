"""The whole warehouse made again from the landing zone, beside the old one, and swapped in."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

import orchestration.__main__
import orchestration.models.command
from ingestion.backup.restoring import restore
from ingestion.backup.taking import back_up
from ingestion.settings import Settings
from ingestion.warehouse.load import load
from ingestion.warehouse.reference_tables import TABLES
from orchestration.rebuild import Rebuilt, rebuild
from serving.publish import checksums
from tests.dbt_project.making.warehouses import land_world, mart_fingerprints
from tests.orchestration.homes import command, environment, run
from tests.reference.worlds.worked_example import worked_example

KEPT = "warehouse.before-rebuild.duckdb"
FETCHED = [table.name for table in TABLES]


@pytest.fixture
def old(home, finished, tmp_path) -> Path:
    """A copy of the demonstration's home, which a test may spoil."""
    assert finished.returncode == 0, finished.stderr
    return Path(shutil.copytree(home, tmp_path / "old", symlinks=True))


@dataclass
class Renewed:
    """A home whose warehouse an older version had built, and what `run build` did before the job began."""

    home: Path
    sums: dict[str, str]
    said: str = ""
    rebuilt: list[Rebuilt] = field(default_factory=list)
    found_by_jobs: dict[str, dict[str, str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def renewed(home, finished, tmp_path_factory) -> Renewed:
    assert finished.returncode == 0, finished.stderr
    copy = Path(shutil.copytree(home, tmp_path_factory.mktemp("renewed") / "home", symlinks=True))
    warehouse = copy / "warehouse.duckdb"
    made = Renewed(copy, checksums(warehouse))
    with duckdb.connect(warehouse) as connection:
        connection.execute("drop schema meta cascade")

    def remember(*arguments) -> Rebuilt:
        made.rebuilt.append(rebuild(*arguments))
        return made.rebuilt[-1]

    def begin(job: str, *_) -> list[str]:
        made.found_by_jobs[job] = checksums(warehouse)
        return []

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AIRTIME_HOME", str(copy))
        patched.setenv("DAGSTER_HOME", "")  # the command sets it; put back afterwards
        patched.setattr(orchestration.__main__, "rebuild", remember)
        patched.setattr(orchestration.__main__, "_run", begin)
        done = CliRunner().invoke(orchestration.__main__.cli, ["run", "build"])
    assert done.exit_code == 0, done.output
    made.said = done.stderr
    return made


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


def rebuilt_in_parts(home: Path, rows_at_once: int) -> tuple[str, set[str]]:
    """Rebuild by the command, taking some rows at once; return what it printed and the parts it made."""
    said = []

    def watched(settings: Settings, _: object, warn: Callable[[str], None]) -> Rebuilt:
        return rebuild(settings, said.append, warn)  # the command says the first part only

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AIRTIME_HOME", str(home))
        patched.setattr(orchestration.models.command, "rows_at_once", lambda _: rows_at_once)
        patched.setattr(orchestration.__main__, "rebuild", watched)
        done = CliRunner().invoke(orchestration.__main__.cli, ["rebuild"])
    assert done.exit_code == 0, done.output
    return done.stdout, {far.split(", ")[1] for far in said if far.startswith("new marts")}


def test_a_build_makes_a_warehouse_of_an_older_version_again_from_the_landing_zone_before_the_job(renewed):
    assert "an older airtime built this warehouse: it is made again from the landing zone" in renewed.said
    assert renewed.found_by_jobs == {"build": renewed.sums}
    [rebuilt] = renewed.rebuilt
    assert rebuilt.is_equal == dict.fromkeys(renewed.sums, True)
    assert rebuilt.kept == renewed.home / KEPT and rebuilt.kept.exists()


def test_a_killed_rebuild_changes_nothing_and_the_next_in_parts_makes_what_was_and_names_what_differs(
    renewed, tmp_path
):
    old = Path(shutil.copytree(renewed.home, tmp_path / "old", symlinks=True))
    (old / KEPT).unlink()
    warehouse = old / "warehouse.duckdb"
    sums, fetched = renewed.sums, {table: rows(warehouse, table) for table in FETCHED}
    killed_while_building(old)
    assert not (old / KEPT).exists()
    assert checksums(warehouse) == sums
    with duckdb.connect(warehouse) as connection:
        connection.execute(
            "delete from raw.crawls where observed_at = (select max(observed_at) from raw.crawls)"
        )
    inode = warehouse.stat().st_ino
    # of two whole days and what there is of a third, at any hour
    said, parts = rebuilt_in_parts(old, 7 * rows(warehouse, "observations") // 10)
    assert parts == {"part 1", "part 2"}
    assert "crawls: DIFFERS" in said
    assert "marts differ" in said
    assert ((old / KEPT).stat().st_ino, warehouse.stat().st_ino != inode) == (inode, True)
    assert rows(warehouse, "crawls") == rows(old / KEPT, "crawls") + 1
    assert checksums(warehouse) == sums
    assert {table: rows(warehouse, table) for table in FETCHED} == fetched
    assert list(old.glob("rebuild-*")) == []
    assert load(Settings(AIRTIME_HOME=old)).files == 0


def test_a_rebuild_that_finds_no_difference_says_so(tmp_path, monkeypatch):
    equal = Rebuilt({"crawls": True, "games": True}, tmp_path / KEPT)
    monkeypatch.setenv("AIRTIME_HOME", str(tmp_path))
    monkeypatch.setattr(orchestration.__main__, "rebuild", lambda *_: equal)
    done = CliRunner().invoke(orchestration.__main__.cli, ["rebuild"])
    assert done.stdout.splitlines() == [
        "crawls: equal",
        "games: equal",
        "all marts are equal; the new warehouse is in place, the old one is kept until the next rebuild",
        f"old: {tmp_path / KEPT}",
    ]


def test_a_home_brought_back_from_a_backup_is_rebuilt_into_the_same_marts_names_and_all(
    home, finished, tmp_path
):
    assert finished.returncode == 0, finished.stderr
    back_up(Settings(AIRTIME_HOME=home), tmp_path / "backup", datetime(2026, 3, 1))
    new = Settings(AIRTIME_HOME=tmp_path / "new")
    restore(new, tmp_path / "backup")
    done = run(new.root, "rebuild")
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    assert checksums(new.warehouse) == checksums(home / "warehouse.duckdb")
    assert mart_fingerprints(new) == mart_fingerprints(Settings(AIRTIME_HOME=home))
    assert new.published.read_bytes() == (home / "published" / "airtime.duckdb").read_bytes()


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
