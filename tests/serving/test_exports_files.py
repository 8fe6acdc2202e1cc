"""One file per period and format, what the columns are said to be, and bytes that depend on rows alone."""

import csv
import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml

from benchmarks.quarter_of_marts import make_marts
from serving.errors import CannotServe
from serving.exports.everything import export
from serving.publish import publish
from serving.schema import NUMBERS, unit_of
from tests.places import DBT_PROJECT
from tests.serving.made_up import PUBLISHED_AT, build, query

MODELS = DBT_PROJECT / "models" / "marts"
RANKED = [("day", "=1+1"), ("day", '日本, "x"\n'), ("last_7_days", "ana"), ("day", None)]


@pytest.fixture
def warehouse(tmp_path) -> Path:
    path = build(tmp_path / "warehouse.duckdb")
    with duckdb.connect(path) as connection:
        connection.execute("create table marts.ranked (period varchar, name varchar)")
        connection.executemany("insert into marts.ranked values (?, ?)", RANKED)
        connection.execute("create table marts.nobody (period varchar, name varchar)")
    return path


def exported(warehouse: Path) -> Path:
    published, exports = warehouse.with_name("published.duckdb"), warehouse.with_name("exports")
    publish(warehouse, published, published_at=PUBLISHED_AT)
    export(published, exports)
    return exports


def test_a_mart_with_periods_has_one_file_per_period_and_format(warehouse, tmp_path):
    folder = exported(warehouse) / "ranked"
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["manifest.json", "schema.json"]
        + [f"ranked_{p}.{f}" for p in ("day", "last_7_days") for f in ("csv", "ndjson", "parquet")]
    )
    every = query(tmp_path / "published.duckdb", "from marts.ranked")
    for suffix in ("csv", "ndjson", "parquet"):
        assert query(tmp_path / "published.duckdb", f"from '{folder}/*.{suffix}'") == every, suffix


def test_each_format_says_the_same(warehouse):
    folder = exported(warehouse) / "ranked"
    names = [name for period, name in sorted(RANKED, key=lambda r: (r[1] is None, r[1])) if period == "day"]
    assert pq.ParquetFile(folder / "ranked_day.parquet").read()["name"].to_pylist() == names
    with (folder / "ranked_day.csv").open(newline="", encoding="utf-8") as file:
        assert [row["name"] or None for row in csv.DictReader(file)] == names
    lines = (folder / "ranked_day.ndjson").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["name"] for line in lines] == names


def test_a_mart_without_rows_has_its_columns_exported(warehouse):
    folder = exported(warehouse) / "nobody"
    assert (folder / "nobody.csv").read_text() == "period,name\n"
    assert pq.read_schema(folder / "nobody.parquet").names == ["period", "name"]
    assert json.loads((folder / "manifest.json").read_text())["files"]["nobody.csv"]["rows"] == 0


def test_a_period_that_is_no_file_name_is_refused_and_nothing_is_left(warehouse):
    exports = exported(warehouse)
    with duckdb.connect(warehouse) as connection:
        connection.execute("insert into marts.ranked values ('../../day', 'x')")
    with pytest.raises(CannotServe, match=r"mart ranked has the period '../../day', which cannot be part"):
        exported(warehouse)
    assert [path.name for path in (exports / ".generations").iterdir()] == ["00000001"]
    assert (exports / "ranked" / "ranked_day.csv").exists()


def test_comments_of_the_marts_are_published_and_exported_as_descriptions(warehouse):
    with duckdb.connect(warehouse) as connection:
        connection.execute("comment on table marts.crawls is 'One row per crawl; it''s \"all\"'")
        connection.execute("comment on column marts.crawls.observed_at is 'When it began'")
        connection.execute("comment on view marts.best is 'The first'")
    exports = exported(warehouse)
    assert json.loads((exports / "crawls" / "schema.json").read_text()) == {
        "mart": "crawls",
        "description": 'One row per crawl; it\'s "all"',
        "columns": [
            {"name": "platform", "type": "VARCHAR", "unit": None, "description": None},
            {"name": "observed_at", "type": "TIMESTAMP", "unit": "UTC", "description": "When it began"},
            {"name": "is_complete", "type": "BOOLEAN", "unit": None, "description": None},
        ],
    }
    assert json.loads((exports / "best" / "schema.json").read_text())["description"] == "The first"


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("rank_by_hours_broadcast", "place"),
        ("previous_hours_watched", "hours"),
        ("hours_watched_error", "hours"),
        ("average_viewers", "viewers"),
        ("top_1000_share", "share, 0 to 1"),
        ("followers_gained", "followers"),
        ("started_last_15_minutes", "streams"),
        ("something_else", None),
    ],
)
def test_a_numbers_unit_follows_from_its_name(column, unit):
    assert unit_of(column, "DOUBLE") == unit
    assert unit_of(column, "VARCHAR") is None


def test_every_number_of_the_contract_has_a_unit():
    types = {"bigint": "BIGINT", "double": "DOUBLE"}
    numbers = {
        f"{model['name']}.{column['name']}": unit_of(column["name"], types[column["data_type"]])
        for path in MODELS.rglob("*.yml")
        for model in yaml.safe_load(path.read_text())["models"]
        for column in model["columns"]
        if column["data_type"] in types
    }
    assert len(numbers) > 100 and set(types.values()) <= set(NUMBERS)
    assert [name for name, unit in numbers.items() if unit is None] == []


def test_the_bytes_do_not_depend_on_how_many_files_are_written_at_once(tmp_path, monkeypatch):
    make_marts(tmp_path / "w.duckdb", days=30, streamers=300)
    publish(tmp_path / "w.duckdb", tmp_path / "p.duckdb", published_at=PUBLISHED_AT)
    manifests = []
    for at_once in (1, 7):
        monkeypatch.setattr("serving.exports.files.os.cpu_count", lambda at_once=at_once: at_once)
        manifests.append(export(tmp_path / "p.duckdb", tmp_path / f"exports{at_once}"))
    assert sum(manifest["rows"] for manifest in manifests[0].values()) > 400_000
    assert manifests[0] == manifests[1]
