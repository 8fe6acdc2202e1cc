"""What the UI is shown of models when a build fails half way, and of SQL that cannot be read."""

import dagster as dg
import pytest
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from orchestration.assets.transform import Translator
from orchestration.models.checks import describe_check
from orchestration.models.lineage import Lineage
from orchestration.models.metadata import add_metadata
from serving.previews import MartPreview, column_types, mart_previews
from tests.serving.made_up import build
from tests.serving.ranked import FORMULA, HOSTILE, publish_ranked


def model(name: str, layer: str, parents: tuple[str, ...] = ()) -> dict:
    return {
        "resource_type": "model",
        "name": name,
        "alias": name,
        "package_name": "airtime",
        "database": "w",
        "schema": layer,
        "fqn": ["airtime", layer, name],
        "original_file_path": f"{name}.sql",
        "config": {},
        "columns": {"total": {"description": "All of it", "data_type": "bigint"}} if layer == "marts" else {},
        "depends_on": {"nodes": [f"model.airtime.{parent}" for parent in parents]},
    }


MODELS = [model("int_parts", "intermediate"), model("totals", "marts", ("int_parts",))]
MANIFEST = {
    "nodes": {f"model.airtime.{node['name']}": node for node in MODELS},
    "sources": {},
    "docs": {"doc.airtime.name": {"block_contents": "What it is called"}},
}
TYPES = {("intermediate", "int_parts"): {"name": "VARCHAR", "part": "BIGINT"}}


@pytest.fixture
def lineage(tmp_path) -> Lineage:
    (tmp_path / "airtime").mkdir()
    (tmp_path / "airtime" / "totals.sql").write_text(
        'with parts as (select * from "w"."intermediate"."int_parts") '
        "select name, sum(part) as total from parts group by name"
    )
    return Lineage(MANIFEST, tmp_path, TYPES, Translator())


def output(name: str) -> dg.Output:
    return dg.Output(None, name, metadata={"unique_id": f"model.airtime.{name}"})


def test_a_column_is_traced_through_a_star_to_the_parent_that_has_it(lineage):
    assert {
        column: [(dep.asset_key.path[-1], dep.column_name) for dep in deps]
        for column, deps in lineage.origins("model.airtime.totals").deps_by_column.items()
    } == {"name": [("int_parts", "name")], "total": [("int_parts", "part")]}
    assert lineage.columns("model.airtime.totals") == {"name": "?", "total": "bigint"}


def test_sql_that_cannot_be_read_has_no_origins_and_stops_nothing(lineage, tmp_path):
    (tmp_path / "airtime" / "totals.sql").write_text("select from where (")
    assert lineage.origins("model.airtime.totals") is None
    [event] = add_metadata([output("totals")], lineage, lambda: {"totals": MartPreview(3, None)})
    assert event.metadata["dagster/row_count"].value == 3


def test_marts_are_looked_at_once_and_after_everything_else(lineage):
    looked = []
    check = dg.AssetCheckResult(passed=True, asset_key=dg.AssetKey(["marts", "totals"]), check_name="key")
    events = add_metadata(
        [output("totals"), check, output("int_parts")],
        lineage,
        lambda: looked.append(1) or {"totals": MartPreview(7, "| # |")},
    )
    parts, totals, checked = events
    assert (parts.output_name, totals.output_name, checked, looked) == ("int_parts", "totals", check, [1])
    assert totals.metadata["dagster/row_count"].value == 7
    assert totals.metadata["preview"].value == "| # |"
    descriptions = [c.description for c in totals.metadata["dagster/column_schema"].value.columns]
    assert descriptions == ["What it is called", "All of it"]


def test_a_build_that_fails_still_tells_of_the_marts_that_were_built(lineage):
    def failing():
        yield output("totals")
        raise DagsterDbtCliRuntimeError("a test failed")

    events = add_metadata(failing(), lineage, lambda: {"totals": MartPreview(7, None)})
    assert next(events).metadata["dagster/row_count"].value == 7
    with pytest.raises(DagsterDbtCliRuntimeError):
        next(events)


def test_a_preview_shows_the_first_ten_of_each_platform_and_names_as_they_are(tmp_path):
    publish_ranked(tmp_path)
    looks = mart_previews(tmp_path / "ranked.duckdb")
    assert looks["rank_streamers"].preview.count("\n| ") == 2 * 2 - 2 + 3 + 10 + 2
    assert "<script>" not in looks["rank_streamers"].preview
    plain = looks["rank_streamers"].preview.replace("\\", "")
    assert " ".join(HOSTILE.split()) in plain and FORMULA in plain
    assert looks["sessions"].preview is None
    assert looks["sessions"].rows > 0


def test_columns_of_a_warehouse_have_their_types_and_no_warehouse_has_none(tmp_path):
    assert column_types(tmp_path / "none.duckdb") == {}
    types = column_types(build(tmp_path / "w.duckdb"))
    assert types["marts", "best"] == {"platform": "VARCHAR", "streamer_id": "VARCHAR"}
    assert types["intermediate", "secret"] == {"one": "INTEGER"}


def test_a_check_is_said_as_a_sentence():
    key = {"name": "unique_combination", "kwargs": {"columns": ["a", "b"]}}
    assert (
        describe_check({"test_metadata": key})
        == "No two rows have the same `a`, `b`, and none of them is null."
    )
    own = {"name": "days_add_up", "original_file_path": "tests/days_add_up.sql"}
    assert describe_check(own) == "Days add up.\n\nSQL: `dbt_project/tests/days_add_up.sql`"
