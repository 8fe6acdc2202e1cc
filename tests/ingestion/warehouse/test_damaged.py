"""A warehouse or a WAL that is torn: every command says what to do, and a rebuild sets it aside."""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from ingestion.__main__ import cli
from ingestion.settings import Settings
from ingestion.warehouse.errors import DamagedWarehouse
from ingestion.warehouse.load import load
from ingestion.warehouse.rebuild import beside, load_again, swap_in
from serving.errors import DiskRefused
from serving.publish import checksums, publish
from tests.ingestion.landed_crawls import START, land_streams, rows_of, settings_in, stream

# a process that is killed leaves what it has committed in the WAL
WRITE = """
import duckdb, os, sys
connection = duckdb.connect(sys.argv[1])
for name in ("a", "b"):
    connection.execute(f"create table raw.{name} as select uuid() as text from range(1000)")
os._exit(0)
"""
BLOCK = 262_144


def wal_of(warehouse: Path) -> Path:
    return warehouse.with_name(f"{warehouse.name}.wal")


def cut(size: int) -> Callable[[Path], None]:
    """Return what cuts the warehouse to so many bytes."""

    def damage(warehouse: Path) -> None:
        warehouse.write_bytes(warehouse.read_bytes()[:size])

    return damage


def turn(byte: int, of: Callable[[Path], Path] = lambda warehouse: warehouse) -> Callable[[Path], None]:
    """Return what changes one byte."""

    def damage(warehouse: Path) -> None:
        content = bytearray(of(warehouse).read_bytes())
        content[byte] ^= 0xFF
        of(warehouse).write_bytes(content)

    return damage


DAMAGES = {
    "empty": cut(0),
    "in the header": cut(100),
    "in the second header": cut(8_192),
    "without blocks": cut(12_288),
    "another header": turn(20),
    "no mark": turn(9),
    "torn wal": turn(20_000, wal_of),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Settings:
    settings = settings_in(tmp_path_factory.mktemp("made"))
    land_streams(settings, START, [stream(1)])
    load(settings)
    subprocess.run([sys.executable, "-c", WRITE, settings.warehouse], check=True)
    return settings


@pytest.fixture(params=DAMAGES)
def damaged(made, tmp_path, monkeypatch, request) -> Settings:
    settings = settings_in(tmp_path)
    monkeypatch.setenv("AIRTIME_HOME", str(tmp_path))
    settings.landing.symlink_to(made.landing)
    for path in (made.warehouse, wal_of(made.warehouse)):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    DAMAGES[request.param](settings.warehouse)
    return settings


def test_every_command_says_what_to_do(damaged):
    told = f"{damaged.warehouse} cannot be read ("
    for command in (["load"], ["enrich"], ["prune"], ["withdraw", f"{START}", "--reason", "x"]):
        environment = {
            "AIRTIME_RAW_RETENTION_DAYS": "7",
            "TWITCH_CLIENT_ID": "a",
            "TWITCH_CLIENT_SECRET": "b",
        }
        done = CliRunner().invoke(cli, command, env=environment)
        assert (done.exit_code, done.stderr.count("\n")) == (1, 1), done.stderr
        assert done.stderr.startswith(f"Error: {told}")
        assert "`python -m orchestration rebuild` (make rebuild) sets it aside" in done.stderr
    for reading in (
        lambda: publish(damaged.warehouse, damaged.published, published_at=datetime(2026, 1, 1)),
        lambda: checksums(damaged.warehouse),
    ):
        with pytest.raises(DiskRefused) as refused:
            reading()
        assert str(refused.value).startswith(told)


def test_a_rebuild_sets_it_aside_and_builds_from_what_has_landed(damaged):
    told = f"{damaged.warehouse} cannot be read ("
    contents = damaged.warehouse.read_bytes(), wal_of(damaged.warehouse).read_bytes()

    warnings = []
    with beside(damaged, warnings.append) as (new, names):
        load_again(damaged, new, names, lambda done, total: None)
        assert swap_in(damaged, new) is None
    [warning] = warnings
    aside = damaged.root / "warehouse.unreadable-1.duckdb"
    assert warning.startswith(told) and warning.endswith(f"it is now {aside}")
    assert (aside.read_bytes(), wal_of(aside).read_bytes()) == contents
    assert rows_of(damaged, "select id from raw.observations") == [{"id": "s1"}]
    assert load(damaged).files == 0


@pytest.mark.parametrize("damaged", ["empty"], indirect=True)
def test_each_damaged_warehouse_is_kept_under_a_name_of_its_own(damaged):
    (damaged.root / "warehouse.unreadable-1.duckdb").write_text("an earlier one")
    with beside(damaged):
        assert not damaged.warehouse.exists()
    assert (damaged.root / "warehouse.unreadable-1.duckdb").read_text() == "an earlier one"
    assert (damaged.root / "warehouse.unreadable-2.duckdb").exists()


def test_a_wal_that_ends_early_loses_no_more_than_was_never_committed(made, tmp_path):
    settings = settings_in(tmp_path)
    settings.warehouse.write_bytes(made.warehouse.read_bytes())
    wal_of(settings.warehouse).write_bytes(wal_of(made.warehouse).read_bytes()[:-1])
    with duckdb.connect(settings.warehouse) as connection:
        assert connection.execute("select count(*) from raw.a").fetchone() == (1000,)


def test_damage_that_only_a_query_meets_is_said_as_well(made, tmp_path):
    settings = settings_in(tmp_path)
    content = bytearray(made.warehouse.read_bytes())
    for block in range(12_288 + BLOCK // 2, len(content), BLOCK):
        content[block] ^= 0xFF
    settings.warehouse.write_bytes(content)
    with pytest.raises(DamagedWarehouse, match="Corrupt database file"):
        load(settings)
