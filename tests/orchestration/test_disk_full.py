"""A disk that is full while a job begins or dbt writes: one sentence, and no more."""

import sqlite3
from contextlib import closing

import pytest

from ingestion.settings import Settings
from ingestion.warehouse.errors import WarehouseFailed, full_disk_said
from orchestration.models.command import DbtFailed, run_dbt
from tests.ingestion.disks import small_disk
from tests.ingestion.warehouse.test_disk_full import fill
from tests.orchestration.homes import run


@pytest.fixture
def settings(tmp_path):
    with small_disk(tmp_path / "disk", 24) as disk:
        settings = Settings(AIRTIME_HOME=disk / "home")
        settings.root.mkdir()
        yield settings


@pytest.mark.parametrize("free_bytes", [0, 20_000])
def test_a_disk_full_while_a_job_begins_is_said_plainly(settings, free_bytes):
    fill(settings, free_bytes)
    done = run(settings.root, "run", "build")
    assert (done.returncode, done.stderr) == (
        1,
        f"Error: no space left on the disk of {settings.root}; free some and run this again, "
        "nothing landed is lost\n",
    )


def test_a_disk_full_while_dbt_writes_is_said_plainly(settings):
    fill(settings, 100_000)
    with pytest.raises(DbtFailed, match="^no space left on the disk of .*; free some and run this again$"):
        run_dbt(["run"], settings.warehouse, settings.root / "dbt")


def test_a_disk_full_under_what_dagster_writes_of_its_runs_is_said_plainly(settings):
    runs = settings.root / "runs.db"
    with closing(sqlite3.connect(runs)) as database:
        database.execute("pragma journal_mode = wal")
        database.execute("create table runs (id text)")
    fill(settings, 0)
    with (
        pytest.raises(WarehouseFailed) as failed,
        full_disk_said(settings.root),
        closing(sqlite3.connect(runs)) as database,
    ):
        database.execute("select * from runs")
    assert str(failed.value) == (
        f"the disk of {settings.root} is full or fails (disk I/O error); make room and run this again, "
        "nothing landed is lost"
    )
