"""What a published copy holds, and that readers, locks and kills do not hurt it."""

import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from serving.errors import CannotServe
from serving.publish import publish
from tests.serving.api.marts import publish_marts
from tests.serving.made_up import (
    CRAWLED_AT,
    CRAWLS,
    PUBLISHED_AT,
    STREAMERS,
    build,
    hear,
    process,
    query,
    tell,
)

COUNT = "select count(*) from marts.streamers"
READER = """
import duckdb, sys
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    for _ in range(2):
        print(connection.execute("select count(*) from marts.streamers").fetchone()[0], flush=True)
        sys.stdin.readline()
"""
HOLDER = """
import duckdb, sys
with duckdb.connect(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""
PUBLISHER = """
import sys
from pathlib import Path
import serving.publish
from tests.serving.made_up import PUBLISHED_AT
def stop(*_):
    print("stopped", flush=True)
    sys.stdin.readline()
setattr(serving.publish, sys.argv[3], stop)
serving.publish.publish(Path(sys.argv[1]), Path(sys.argv[2]), published_at=PUBLISHED_AT)
"""


@pytest.fixture
def warehouse(tmp_path) -> Path:
    return build(tmp_path / "warehouse.duckdb")


@pytest.fixture
def published(tmp_path) -> Path:
    return tmp_path / "published" / "airtime.duckdb"


def test_every_mart_is_copied_under_its_name_and_nothing_else_is(warehouse, published):
    report = publish(warehouse, published, published_at=PUBLISHED_AT)
    assert report["rows"] == {"best": 1, "crawls": 4, "streamers": 4}
    tables = query(published, "select table_schema, table_name from information_schema.tables order by all")
    assert tables == [
        ("marts", "best"),
        ("marts", "crawls"),
        ("marts", "streamers"),
        ("meta", "marts"),
        ("meta", "publication"),
        ("meta", "series"),
    ]
    assert query(published, "from marts.crawls") == sorted(CRAWLS)
    assert query(published, "from marts.best") == [("history", "ana")]
    assert [path.name for path in published.parent.iterdir() if path.name[0] != "."] == [published.name]


def test_rows_lie_in_the_order_of_their_keys(warehouse, published):
    publish(warehouse, published, published_at=PUBLISHED_AT)
    assert query(published, "from marts.streamers") == sorted(STREAMERS, key=lambda row: row[:2])


def test_the_rows_of_a_series_lie_together_where_it_is_said(tmp_path):
    published = publish_marts(tmp_path)
    for mart, bucket in (("reading_buckets", "bucket"), ("readings", "'raw'")):
        series = f"select kind, item_id, metric, {bucket}, rowid from marts.{mart} order by all"
        where = f"where bucket {'=' if mart == 'readings' else '<>'} 'raw'"
        said = f"""
            select kind, item_id, metric, bucket, unnest(range(first_row, last_row + 1))
            from meta.series {where} order by all
        """
        found = query(published, said)
        assert found == query(published, series)
        assert len(found) > 100


def test_the_publication_tells_its_version_time_and_newest_complete_crawls(warehouse, published):
    report = publish(warehouse, published, published_at=PUBLISHED_AT)
    crawls = {"twitch": CRAWLED_AT, "history": datetime(2019, 1, 7, 9, 29)}
    assert report["source_crawls"] == crawls
    assert query(published, "from meta.publication") == [(report["version"], PUBLISHED_AT, crawls)]
    assert report["bytes"] == published.stat().st_size


def test_the_version_depends_on_the_content_and_on_nothing_else(tmp_path, warehouse, published):
    first = publish(warehouse, published, published_at=PUBLISHED_AT)["version"]
    later = PUBLISHED_AT + timedelta(days=1)
    assert publish(warehouse, tmp_path / "x.duckdb", published_at=later)["version"] == first
    build(warehouse, STREAMERS[::-1])
    assert publish(warehouse, published, published_at=later)["version"] == first
    for changed in (STREAMERS[1:], [*STREAMERS[1:], (*STREAMERS[0][:3], 1.25, *STREAMERS[0][4:])]):
        build(warehouse, changed)
        assert publish(warehouse, published, published_at=PUBLISHED_AT)["version"] != first
    build(warehouse)
    with duckdb.connect(warehouse) as connection:
        connection.execute("alter table marts.crawls rename is_complete to complete")
        connection.execute("alter table marts.crawls add column is_complete boolean default true")
        connection.execute("alter table marts.crawls drop column complete")
        connection.execute(
            "update marts.crawls set is_complete = false where observed_at = ?", [CRAWLS[2][1]]
        )
    assert publish(warehouse, published, published_at=PUBLISHED_AT)["version"] == first


def test_a_reader_keeps_its_copy_and_the_next_gets_the_new_one(warehouse, published):
    publish(warehouse, published, published_at=PUBLISHED_AT)
    with process(READER, published) as reader:
        assert hear(reader) == "4"
        build(warehouse, STREAMERS[:1])
        publish(warehouse, published, published_at=PUBLISHED_AT)
        assert query(published, COUNT) == [(1,)]
        tell(reader)
        assert hear(reader) == "4"
        tell(reader)
        assert reader.wait(10) == 0


@pytest.mark.parametrize("step", ["_copy_mart", "fsync"])
def test_a_killed_publish_leaves_the_old_copy_and_no_remains_for_long(warehouse, published, step):
    publish(warehouse, published, published_at=PUBLISHED_AT)
    old = published.read_bytes()
    build(warehouse, STREAMERS[:1])
    with process(PUBLISHER, warehouse, published, step) as publisher:
        assert hear(publisher) == "stopped"
    assert published.read_bytes() == old
    assert (published.parent / f".{published.name}.tmp").exists()
    assert query(published, COUNT) == [(4,)]
    publish(warehouse, published, published_at=PUBLISHED_AT)
    assert query(published, COUNT) == [(1,)]
    assert not list(published.parent.glob("*.tmp*"))


def test_a_warehouse_in_use_is_said_plainly_after_the_wait(warehouse, published):
    with process(HOLDER, warehouse) as holder:
        assert hear(holder) == "held"
        with pytest.raises(
            CannotServe, match="is in use by another process and was for 0.2 seconds; try again"
        ):
            publish(warehouse, published, published_at=PUBLISHED_AT, wait_seconds=0.2)
    assert not published.exists()


def test_a_warehouse_released_in_time_is_published(warehouse, published, monkeypatch):
    with process(HOLDER, warehouse) as holder:
        assert hear(holder) == "held"
        monkeypatch.setattr("ingestion.warehouse.errors.wait_random", lambda *_: lambda _: release(holder))
        report = publish(warehouse, published, published_at=PUBLISHED_AT)
    assert report["rows"]["streamers"] == 4


def release(holder: subprocess.Popen) -> float:
    tell(holder)
    holder.wait(10)
    return 0.0


def test_changes_of_a_killed_writer_that_were_committed_are_published(warehouse, published):
    code = """
import duckdb, os, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("delete from marts.streamers where platform = 'twitch'")
os._exit(9)
"""
    with process(code, warehouse) as writer:
        assert writer.wait(10) == 9
    assert warehouse.with_name("warehouse.duckdb.wal").exists()
    assert publish(warehouse, published, published_at=PUBLISHED_AT)["rows"]["streamers"] == 2


def test_nothing_to_publish_is_said_plainly(tmp_path, published):
    with pytest.raises(CannotServe, match="none.duckdb is not there yet; load and build first"):
        publish(tmp_path / "none.duckdb", published, published_at=PUBLISHED_AT)
    duckdb.connect(tmp_path / "empty.duckdb").close()
    with pytest.raises(CannotServe, match="the warehouse has no marts to publish; build them first"):
        publish(tmp_path / "empty.duckdb", published, published_at=PUBLISHED_AT)
    assert not published.exists()


def test_a_warehouse_path_with_a_quote_in_it_is_published(tmp_path):
    folder = tmp_path / "it's here"
    folder.mkdir()
    report = publish(build(folder / "w.duckdb"), folder / "p.duckdb", published_at=PUBLISHED_AT)
    assert report["rows"]["crawls"] == 4


@pytest.mark.parametrize("tags", [[], ["a", "b"], ["ab"], [None], ["[a, b]"], None])
def test_a_change_within_a_list_changes_the_version(warehouse, published, tags):
    versions = []
    for given in (["a", "b,c"], tags):
        build(warehouse, [(*STREAMERS[0][:4], given, None)])
        versions.append(publish(warehouse, published, published_at=PUBLISHED_AT)["version"])
    assert versions[0] != versions[1]
