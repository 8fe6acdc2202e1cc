"""What the commands say and exit with; every fault is one sentence, and what has landed is still there."""

import os
import pty
import shutil
import socket
import subprocess
import sys

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.landing.files import read_record
from tests.forking import python_m
from tests.ingestion.commands import clean_environment, ingestion, sentence
from tests.ingestion.disks import read_only
from tests.ingestion.landed_crawls import START, land_streams, minutes, raw_counts, settings_in, stream
from tests.places import PROJECT

COMMANDS = (["crawl"], ["import", "--streamers", "s.csv"], ["load"], ["enrich"])


@pytest.fixture
def settings(tmp_path):
    settings = settings_in(tmp_path / "home")
    land_streams(settings, START, [stream(1), stream(2)])
    return settings


def test_load_says_what_it_loaded_and_a_second_one_that_there_was_nothing(settings):
    for said in ("loaded 2 rows of 1 files\n", "loaded 0 rows of 0 files\n"):
        done = ingestion(settings.root, "load")
        assert (done.returncode, done.stdout, done.stderr) == (0, said, "")


def test_a_command_writes_nothing_outside_airtime_home(settings):
    ingestion(settings.root, "load")
    assert [path.name for path in settings.root.parent.iterdir()] == ["home"]


def test_a_terminal_sees_progress_and_the_result_apart(settings):
    for number in range(1, 4):
        land_streams(settings, minutes(number), [stream(1)])
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "ingestion", "load"]
    environment = clean_environment(settings.root, TERM="xterm", COLUMNS="120")
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=follower) as process:
        os.close(follower)
        shown = b"".join(iter(lambda: _read(leader), b"")).decode()
        said = process.stdout.read().decode()
    os.close(leader)
    assert process.returncode == 0
    assert said == "loaded 5 rows of 4 files\n"
    assert "loading" in shown
    assert "0 of 4 files" in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that nobody holds the other side any more
        return b""


def test_settings_of_the_wrong_kind_are_named(settings):
    for command in COMMANDS:
        done = ingestion(settings.root, *command, AIRTIME_CADENCE_MINUTES="abc")
        assert sentence(done, 2).startswith("setting AIRTIME_CADENCE_MINUTES: ")
        assert sentence(done, 2).endswith("(given: 'abc')")
    for given in ("0", "61", "2.5"):
        done = ingestion(settings.root, "load", AIRTIME_CADENCE_MINUTES=given)
        assert "AIRTIME_CADENCE_MINUTES" in sentence(done, 2)


def test_missing_credentials_are_named_with_their_source(settings):
    said = sentence(ingestion(settings.root, "crawl"), 2)
    assert said.startswith("TWITCH_CLIENT_ID is not set: register an application at https://dev.twitch.tv")
    assert ingestion(settings.root, "load").returncode == 0
    said = sentence(ingestion(settings.root, "enrich", TWITCH_CLIENT_ID="abc"), 2)
    assert said.startswith("TWITCH_CLIENT_SECRET is not set: ")


def test_a_landing_zone_that_is_a_file_is_said_plainly(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "landing").write_text("not a folder")
    assert sentence(ingestion(home, "load"), 1).startswith(f"{home}/landing: Not a directory")


def test_a_home_that_is_a_file_is_said_plainly(tmp_path):
    (tmp_path / "home").write_text("a file")
    assert sentence(ingestion(tmp_path / "home", "load"), 1).startswith(f"{tmp_path}/home: ")


def test_a_home_that_may_not_be_written_is_said_plainly(settings):
    with read_only(settings.root):
        said = sentence(ingestion(settings.root, "load"), 1)
    assert said.startswith(f"{settings.root}/load.")
    assert "AIRTIME_HOME has to be a folder that can be written" in said
    assert ingestion(settings.root, "load").stdout == "loaded 2 rows of 1 files\n"


def test_a_home_in_a_checkout_that_may_not_be_written_is_said_plainly(tmp_path):
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    home = checkout / "data"
    secrets = {"TWITCH_CLIENT_ID": "a", "TWITCH_CLIENT_SECRET": "b"}
    with read_only(checkout):
        for line in (
            ["ingestion", "crawl"],
            ["ingestion", "load"],
            ["simulator", "demo"],
            ["orchestration", "run", "build"],
        ):
            done = python_m(*line, environment=clean_environment(home, **secrets))
            assert sentence(done, 1).startswith(f"{home}"), line
            assert "; AIRTIME_HOME has to be a folder that can be written" in done.stderr, line


def test_make_says_that_the_checkout_is_somebody_elses_to_write(tmp_path):
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(PROJECT / name, tmp_path)
    (tmp_path / "dbt_project").mkdir()
    with read_only(tmp_path):
        for target in ("install", "run", "clean"):
            done = subprocess.run(["make", target], cwd=tmp_path, capture_output=True, text=True, check=False)
            told = done.stderr.splitlines()
            doing = "clean" if target == "clean" else "install"
            assert told[0] == (f"Error: {tmp_path} cannot be written by you: have its owner run make {doing}")
            assert done.returncode == 2


def test_a_warehouse_that_is_no_duckdb_file_is_said_plainly_and_at_once(settings):
    settings.warehouse.write_text("this is no database, whatever its name says\n" * 200)
    said = sentence(ingestion(settings.root, "load"), 1)
    assert said.startswith(f"{settings.warehouse} cannot be read (not a valid DuckDB database): `python -m")
    settings.warehouse.unlink()
    assert ingestion(settings.root, "load").stdout == "loaded 2 rows of 1 files\n"


def test_a_damaged_file_is_named_and_the_others_are_loaded(settings):
    good = land_streams(settings, minutes(5), [stream(3)])
    cut, foreign, torn = (good.with_name(f"2026-03-01T10-{minute}-00Z.parquet") for minute in (10, 15, 20))
    cut.write_bytes(good.read_bytes()[:-20])
    pq.write_table(pa.table({"a": [1]}), foreign)
    content = bytearray(good.read_bytes())
    content[40:60] = bytes(20)
    torn.write_bytes(content)
    said = sentence(ingestion(settings.root, "load"), 1)
    assert said.startswith(f"{cut} (")
    assert f"{foreign} (no audit record)" in said
    assert f"{torn} (" in said
    assert said.endswith(f"or move it out of {settings.landing}; everything else is loaded")
    assert raw_counts(settings)["observations"] == 3
    for damaged in (cut, foreign, torn):
        damaged.unlink()
    assert ingestion(settings.root, "load").stdout == "loaded 0 rows of 0 files\n"
    assert duckdb.connect(settings.warehouse, read_only=True).execute("from raw.crawls").fetchall()


def test_an_address_without_scheme_is_named_without_its_password(settings):
    done = ingestion(settings.root, "crawl", HELIX_URL="me:hidden@api.twitch.tv/helix")
    assert sentence(done, 2) == (
        "setting HELIX_URL: an address begins with https:// or http:// and a host "
        "(given: '***@api.twitch.tv/helix')"
    )


def test_a_crawl_that_reaches_nobody_exits_1_and_says_why(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    secrets = {"TWITCH_CLIENT_ID": "an-id", "TWITCH_CLIENT_SECRET": "a-secret"}
    addresses = {"HELIX_URL": f"{url}/helix", "TWITCH_TOKEN_URL": f"{url}/token"}
    done = ingestion(tmp_path / "home", "crawl", "--deadline-seconds", "0.5", **secrets, **addresses)
    assert done.returncode == 1
    where = f"POST {url.removeprefix('http://')}/token: connection refused"
    last = done.stderr.splitlines()[-1]
    assert last == f"Error: the crawl fetched no page, {where}; it has landed as incomplete and empty"
    [landed] = (tmp_path / "home" / "landing").rglob("*.parquet")
    assert read_record(landed)["stop_reason"] == "error: connection refused"
