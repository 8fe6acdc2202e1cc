"""A landing zone in an object store: what a folder holds, it holds, and nothing is lost on the way."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.backup.restoring import restore
from ingestion.backup.taking import back_up
from ingestion.crawl.running import CrawlOutcome
from ingestion.imports.tables.history import import_tables
from ingestion.landing import files as files_module
from ingestion.landing.audit import newest_crawls
from ingestion.landing.files import AlreadyLanded, land, landed_files, read_record
from ingestion.landing.store import on_disk, put_up, put_up_waiting, waiting
from ingestion.settings import Settings
from ingestion.warehouse.load import Loaded, load
from ingestion.warehouse.rebuild import beside, load_again, swap_in
from ingestion.warehouse.withdraw import withdraw, withdrawn_files
from simulator.past import write_past
from simulator.server import serve
from simulator.truth.world import World
from tests.ingestion.commands import ingestion, sentence
from tests.ingestion.crawl.simulated_crawls import AT, settings_for
from tests.ingestion.fake_twitch import CLIENT_ID, SECRET
from tests.ingestion.landed_crawls import land_streams, minutes, settings_in, stream
from tests.ingestion.landing.object_stores import BUCKET, ObjectStore, object_store
from tests.ingestion.loopback import Clock
from tests.ingestion.of_twitch import crawl_streams

RAW = """
    select table_name from duckdb_tables() where schema_name = 'raw' and not starts_with(table_name, '_dlt')
"""
STREAMERS = "username,timestamp,game,viewers,followers\nann,1772359200,Duel,5,7\nann,1772359260,Duel,6,7\n"


@pytest.fixture(scope="module")
def store() -> Iterator[ObjectStore]:
    with object_store() as running:
        yield running


@pytest.fixture
def settings(store: ObjectStore, tmp_path: Path) -> Settings:
    return store.settings(tmp_path / "home", tmp_path.name)


@contextmanager
def failing(store: ObjectStore) -> Iterator[None]:
    store.stop()
    try:
        yield
    finally:
        store.start()


def raw(settings: Settings) -> dict[str, list[str]]:
    """Return every row of raw but for the number of its load and the file it lay in."""
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        tables = [name for (name,) in connection.execute(RAW).fetchall()]
        own = "select columns(lambda name: name <> '_dlt_load_id') from raw.{}"
        query = f"select rows::varchar from ({own}) as rows order by all"
        return {
            name: [row for (row,) in connection.execute(query.format(name)).fetchall()] for name in tables
        }


def crawled(store: ObjectStore, settings: Settings, clock: Clock) -> CrawlOutcome:
    world = World(seed=3, streamers=150)
    with serve(world, client_id=CLIENT_ID, client_secret=SECRET, clock=clock.now) as served:
        simulated = settings_for(served, settings.root)
        read = simulated.model_copy(update={"landing_zone": settings.landing_zone})
        return crawl_streams(read, now=clock.now, sleep=clock.sleep)


def outbox(settings: Settings) -> list[str]:
    return sorted(path.name for path in (settings.root / "outbox").rglob("*.parquet"))


def test_raw_is_the_same_as_from_a_folder(store, settings, tmp_path):
    folder = settings_in(tmp_path / "folder")
    table = tmp_path / "a.csv"
    table.write_text(STREAMERS)
    for one in (folder, settings):
        crawled(store, one, Clock(AT))
        write_past(
            World(1, 50), one.landing, datetime(2026, 3, 1), datetime(2026, 3, 1, 1), cadence_minutes=5
        )
        import_tables(one.landing, table, None, imported_at=minutes(0))
        assert load(one).files == 1 + 12 + 1 + 1
        assert load(one) == Loaded(0, 0)
    assert landed_files(settings.landing) == landed_files(folder.landing)
    assert raw(settings) == raw(folder)
    assert outbox(settings) == []
    again = import_tables(settings.landing, table, None, imported_at=minutes(1))
    assert again.already_there == ("streamers",)


def test_a_crawl_waits_while_the_store_fails_and_the_next_load_puts_it_up(store, settings):
    clock = Clock(AT)
    first = crawled(store, settings, clock)
    with failing(store):
        clock.sleep(300)
        second = crawled(store, settings, clock)
        clock.sleep(300)
        third = crawled(store, settings, clock)
    assert second.path.is_relative_to(settings.root / "outbox")
    assert third.record.is_complete
    assert third.waiting.startswith("2 landed files wait in")
    assert "does not answer" in third.waiting
    assert len(landed_files(settings.landing)) == 1
    assert load(settings).files == 3
    assert (outbox(settings), waiting(settings.landing)) == ([], "")
    streams = sum(one.record.streams for one in (first, second, third))
    assert len(raw(settings)["observations"]) == streams
    assert [one.streams for one in newest_crawls(settings.landing, "twitch", 9, clock.now())] == [
        one.record.streams for one in (third, second, first)
    ]


@pytest.mark.parametrize("step", ["before", "after"])
def test_a_kill_on_either_side_of_the_put_loses_and_doubles_nothing(step, settings, monkeypatch):
    def killed(path: Path) -> Path:
        if step == "after":
            kept = on_disk(path).read_bytes()
            put_up(path)
            on_disk(path).write_bytes(kept)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(files_module, "put_up", killed)
        with pytest.raises(SystemExit):
            land_streams(settings, minutes(0), [stream(1)])
    assert len(outbox(settings)) == 1
    assert load(settings) == Loaded(1, 1)
    assert load(settings) == Loaded(0, 0)
    assert outbox(settings) == []


def test_a_name_is_given_once(settings):
    path = land_streams(settings, minutes(0), [stream(1)])
    with pytest.raises(AlreadyLanded, match="never replaced"):
        land_streams(settings, minutes(0), [stream(2)])
    other = on_disk(path)
    other.write_bytes(b"another crawl")
    put_up_waiting(settings.landing)
    assert other.read_bytes() == b"another crawl"
    assert "is another file" in waiting(settings.landing)
    assert load(settings) == Loaded(1, 1)
    assert read_record(path)["streams"] == 1


def test_the_store_itself_refuses_what_came_first_from_elsewhere(settings, monkeypatch):
    path = land_streams(settings, minutes(0), [stream(1)])
    on_disk(path).write_bytes(b"another crawl")
    monkeypatch.setattr(type(path.fs), "exists", lambda *_: False)
    assert put_up(path) == on_disk(path)
    assert read_record(path)["streams"] == 1


def test_a_withdrawn_crawl_leaves_raw_and_stays_in_the_store(settings):
    for minute in (0, 5):
        land_streams(settings, minutes(minute), [stream(1), stream(2)])
    load(settings)
    name = str(landed_files(settings.landing)[0])
    gone = withdraw(settings, f"{settings.landing}/{name}", "twitch", "the clock was wrong", minutes(9))
    assert (gone.rows, withdrawn_files(settings.landing)) == (2, {name})
    assert len(landed_files(settings.landing)) == 1
    assert len(raw(settings)["observations"]) == 2
    assert (gone.path.parent / f"{gone.path.stem}.reason.json").exists()


def test_a_rebuild_reads_the_store(settings):
    for minute in (0, 5):
        land_streams(settings, minutes(minute), [stream(1), stream(2)])
    load(settings)
    before = raw(settings)
    with beside(settings) as (new, names):
        land_streams(settings, minutes(10), [stream(3)])
        load_again(settings, new, names, lambda done, total: None)
        assert swap_in(settings, new)
    assert raw(settings) == before
    assert load(settings) == Loaded(1, 1)


def test_a_record_longer_than_what_is_fetched_at_first_is_read_whole(settings):
    table = files_module.FOLLOWERS_SCHEMA.empty_table()
    path = land(
        settings.landing, Path("twitch/followers/x.parquet"), table, {"kind": "k", "note": "n" * 200_000}
    )
    assert len(read_record(path)["note"]) == 200_000


def test_a_backup_leaves_the_landing_zone_to_the_store(settings, tmp_path):
    land_streams(settings, minutes(0), [stream(1)])
    load(settings)
    taken = back_up(settings, tmp_path / "backup", minutes(9))
    assert any("s3://" in warning and "not in it" in warning for warning in taken.warnings)
    assert not (tmp_path / "backup" / "landing").exists()
    home = settings.model_copy(update={"home": tmp_path / "new"})
    restore(home, tmp_path / "backup")
    assert load(home) == Loaded(1, 1)


@pytest.mark.parametrize(
    ("zone", "variables", "said"),
    [
        ("s3://no-such-bucket/a", {}, "there is no bucket no-such-bucket"),
        (f"s3://{BUCKET}/a", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "does not answer"),
        (
            f"s3://{BUCKET}/a",
            {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
            "refuses the credentials",
        ),
        ("gs://bucket/a", {}, "a landing zone is a folder or s3://bucket/prefix"),
        (f"s3://reader:{SECRET}/x@{BUCKET}", {}, "a landing zone is a folder or s3://bucket/prefix"),
    ],
)
def test_a_store_that_cannot_be_used_is_one_sentence(zone, variables, said, store, tmp_path):
    done = ingestion(tmp_path / "home", "load", AIRTIME_LANDING=zone, **(store.variables | variables))
    spoken = sentence(done, done.returncode)
    assert said in spoken
    assert done.returncode in (1, 2)
    assert SECRET not in spoken and store.variables["AWS_SECRET_ACCESS_KEY"] not in spoken


def test_without_s3fs_one_sentence_says_what_to_install(tmp_path):
    program = "import sys; sys.modules['s3fs'] = None; from ingestion.__main__ import cli; cli(['load'])"
    own = {"AIRTIME_HOME": str(tmp_path), "AIRTIME_LANDING": f"s3://{BUCKET}/a"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"Error: AIRTIME_LANDING is s3://{BUCKET}/a, and s3fs is not installed: make install EXTRAS=s3"
    ]
