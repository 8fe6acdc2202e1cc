"""What the exported files hold, and that they are swapped in whole."""

import csv
import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from serving.errors import CannotServe
from serving.exports.everything import export
from serving.publish import publish
from tests.serving.made_up import CRAWLS, PUBLISHED_AT, STREAMERS, build, hear, process

EXPORTER = """
import sys
from pathlib import Path
import serving.exports.everything
def stop(*_):
    print("stopped", flush=True)
    sys.stdin.readline()
setattr(serving.exports.everything, sys.argv[3], stop)
serving.exports.everything.export(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.fixture
def published(tmp_path) -> Path:
    path = tmp_path / "published.duckdb"
    publish(build(tmp_path / "warehouse.duckdb"), path, published_at=PUBLISHED_AT)
    return path


@pytest.fixture
def exports(tmp_path) -> Path:
    return tmp_path / "exports"


def republish(published: Path, streamers: list[tuple]) -> None:
    warehouse = build(published.with_name("warehouse.duckdb"), streamers)
    publish(warehouse, published, published_at=PUBLISHED_AT + timedelta(days=1))


def contents(exports: Path) -> dict[str, bytes]:
    folders = [path for path in exports.glob("[!.]*") if path.is_dir()]
    return {
        f"{folder.name}/{path.name}": path.read_bytes() for folder in folders for path in folder.iterdir()
    }


def test_every_mart_has_its_files_in_each_format_a_manifest_and_a_schema(published, exports):
    export(published, exports)
    described = ("manifest.json", "schema.json")
    assert set(contents(exports)) == {
        f"{mart}/{name}"
        for mart in ("best", "crawls", "streamers")
        for name in (f"{mart}.csv", f"{mart}.ndjson", f"{mart}.parquet", *described)
    }
    assert pq.read_table(exports / "crawls/crawls.parquet").to_pylist() == [
        {"platform": platform, "observed_at": at, "is_complete": complete}
        for platform, at, complete in sorted(CRAWLS)
    ]
    with (exports / "streamers/streamers.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["streamer_name"] for row in rows] == ["日本\nline", "ana", "ana", 'bo, the "best"']
    assert [row["rank"] for row in rows] == ["-5", "1", "3", ""]


def test_the_manifest_describes_its_files(published, exports):
    manifest = export(published, exports)["streamers"]
    folder = exports / "streamers"
    assert json.loads((folder / "manifest.json").read_text()) == manifest
    assert manifest["rows"] == 4 and len(manifest["version"]) == 64
    assert manifest["source_crawls"] == {"history": "2019-01-07T09:29:00", "twitch": "2026-11-21T11:55:00"}
    assert manifest["columns"]["tags"] == "VARCHAR[]"
    for name, file in manifest["files"].items():
        data = (folder / name).read_bytes()
        assert file == {"rows": 4, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def test_the_same_marts_give_the_same_bytes_whenever_published(tmp_path, published, exports):
    export(published, exports)
    before = contents(exports)
    republish(published, STREAMERS[::-1])
    export(published, exports)
    export(published, tmp_path / "elsewhere")
    assert contents(exports) == contents(tmp_path / "elsewhere") == before


def test_a_reader_in_the_middle_of_a_file_is_not_disturbed(published, exports):
    export(published, exports)
    old = (exports / "streamers").resolve() / "streamers.csv"
    with (exports / "streamers/streamers.csv").open() as reading:
        header = reading.readline()
        republish(published, STREAMERS[:1])
        export(published, exports)
        assert header + reading.read() == old.read_text()
    assert (exports / "streamers/streamers.csv").read_text().count("\n") == 2


def test_only_the_generation_before_is_kept(published, exports):
    for _ in range(4):
        export(published, exports)
    assert sorted(path.name for path in (exports / ".generations").iterdir()) == ["00000003", "00000004"]


@pytest.mark.parametrize("step", ["_write", "_swap", "_remove_old"])
def test_a_killed_export_leaves_whole_files_and_the_next_one_clears_up(published, exports, step):
    export(published, exports)
    before = contents(exports)
    with process(EXPORTER, published, exports, step) as exporter:
        assert hear(exporter) == "stopped"
    assert contents(exports) == before
    republish(published, STREAMERS[:1])
    export(published, exports)
    assert (exports / "streamers/streamers.csv").read_text().count("\n") == 2
    assert len(list((exports / ".generations").iterdir())) == 2


def test_a_mart_that_is_no_longer_published_loses_its_files(published, exports):
    export(published, exports)
    (exports / "gone").symlink_to(".generations/00000001/best")
    (exports / "README.txt").write_text("not an export")
    export(published, exports)
    assert sorted(path.name for path in exports.glob("[!.]*")) == [
        "README.txt",
        "best",
        "crawls",
        "manifest.json",
        "rankings.xlsx",
        "report.html",
        "streamers",
    ]


def test_a_folder_in_the_way_is_named_and_nothing_is_swapped(published, exports):
    (exports / "streamers").mkdir(parents=True)
    with pytest.raises(CannotServe, match="streamers was not made by an export and is in the way"):
        export(published, exports)
    assert [path.name for path in exports.iterdir()] == ["streamers"]


def test_exporting_before_publishing_is_said_plainly(tmp_path):
    with pytest.raises(CannotServe, match="Nothing has been published yet: .*none.duckdb is not there"):
        export(tmp_path / "none.duckdb", tmp_path / "exports")
