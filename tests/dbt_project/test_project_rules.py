"""Rules of the dbt project that no reader should have to check: layers, contracts, size and dialect.

dbt-bouncer knows those of layers, contracts and descriptions; not the dialect, the macros' size as a whole,
or which marts the code names.
"""

import re
from pathlib import Path

import pytest

from tests.places import DBT_PROJECT, PROJECT

SQL_FILES = sorted([*DBT_PROJECT.glob("models/**/*.sql"), *DBT_PROJECT.glob("tests/**/*.sql")])
MACRO_FILES = sorted(path for path in DBT_PROJECT.glob("macros/*.sql") if path.name != "dialect.sql")
ROOMS = {
    "calendar",
    "stretches",
    "streamers",
    "streamer_categories",
    "games",
    "categories",
    "sessions",
    "followers",
    "platforms",
    "tracked",
    "tracked/readings",
}
# what is built is told by one ledger alone
OTHER_BOOKKEEPING = re.compile(
    r"source_version|history_version|facts_version|day_version|period_version|built_by|replaced_by",
    re.IGNORECASE,
)
ONE_ENGINE_ONLY = re.compile(
    r"\bqualify\b|\bgroup\s+by\s+all\b|::|\barg_max\b|\barg_min\b|\bfilter\s*\(|\bas\s+varchar\b(?!\()",
    re.IGNORECASE,
)


@pytest.fixture
def manifest(parsed) -> dict:
    return parsed("duckdb")


def layer(node: dict) -> str:
    """Return `staging`, `intermediate`, `marts`, or for a source `raw`."""
    return "raw" if node["resource_type"] == "source" else node["fqn"][1]


def models(manifest: dict, *layers: str) -> dict[str, dict]:
    """Return the models of the layers, of all when none is named, by unique id."""
    return {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and (not layers or layer(node) in layers)
    }


def parents(manifest: dict, node: dict) -> list[dict]:
    known = {**manifest["nodes"], **manifest["sources"]}
    return [known[key] for key in node["depends_on"]["nodes"]]


def models_with(manifest: dict, test: str) -> set[str]:
    """Return the unique ids of the models that have a data test of that kind."""
    return {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") == test
    }


def names(keys) -> list[str]:
    return sorted(key.rsplit(".", 1)[-1] for key in keys)


def test_every_model_is_in_a_known_layer(manifest):
    assert {layer(node) for node in models(manifest).values()} == {"staging", "intermediate", "marts"}


def test_marts_read_only_intermediate_models_and_marts(manifest):
    read = {layer(up) for node in models(manifest, "marts").values() for up in parents(manifest, node)}
    assert read <= {"intermediate", "marts"}


def test_only_staging_reads_sources(manifest):
    others = models(manifest, "intermediate", "marts").values()
    assert [node["name"] for node in others if "raw" in map(layer, parents(manifest, node))] == []


def test_staging_reads_only_sources_and_staging(manifest):
    read = {layer(up) for node in models(manifest, "staging").values() for up in parents(manifest, node)}
    assert read == {"raw", "staging"}


def test_no_model_reads_a_later_layer(manifest):
    middle = models(manifest, "intermediate").values()
    assert [node["name"] for node in middle if "marts" in map(layer, parents(manifest, node))] == []


def test_every_model_has_a_yaml_file_of_its_own_name_beside_it(manifest):
    expected = {
        node["name"]: str(Path(node["original_file_path"]).with_suffix(".yml"))
        for node in models(manifest).values()
    }
    found = {
        node["name"]: (node["patch_path"] or "none").removeprefix("airtime://")
        for node in models(manifest).values()
    }
    assert found == expected


def test_every_model_says_what_one_row_is(manifest):
    silent = [n["name"] for n in models(manifest).values() if not n["description"].startswith("One row per ")]
    assert silent == []


def test_every_documented_column_says_what_it_is(manifest):
    columns = [
        f"{node['name']}.{column['name']}"
        for node in models(manifest).values()
        for column in node["columns"].values()
        if not column["description"].strip()
    ]
    assert columns == []


def test_every_mart_has_an_enforced_contract_with_a_type_for_each_column(manifest):
    for node in models(manifest, "marts").values():
        assert node["contract"]["enforced"], node["name"]
        assert all(column["data_type"] for column in node["columns"].values()), node["name"]


def test_every_mart_has_a_key_test_and_equations(manifest):
    marts = models(manifest, "marts").keys()
    assert names(marts - models_with(manifest, "unique_combination")) == []
    assert names(marts - models_with(manifest, "equations")) == []


def test_every_mart_is_exposed_with_an_owner(manifest):
    exposures = manifest["exposures"].values()
    exposed = {key for exposure in exposures for key in exposure["depends_on"]["nodes"]}
    assert names(models(manifest, "marts").keys() - exposed) == []
    assert {exposure["owner"]["name"] for exposure in exposures} == {"airtime"}


@pytest.mark.parametrize(
    ("exposure", "files"), [("web_pages", "notebooks/*.py"), ("http_api", "serving/api/*.py")]
)
def test_an_exposure_names_the_marts_that_its_code_names(manifest, exposure, files):
    code = "\n".join(path.read_text() for path in sorted(PROJECT.glob(files)))
    assert "RANKINGS" in code  # all rankings, by the catalogue
    marts = {key.rpartition(".")[2] for key in models(manifest, "marts")}
    rankings = {mart for mart in marts if mart.startswith("rank_")}
    named = {mart for mart in marts if re.search(rf"marts\.{mart}\b|\"{mart}\"", code)}
    depends_on = manifest["exposures"][f"exposure.airtime.{exposure}"]["depends_on"]["nodes"]
    assert {key.rpartition(".")[2] for key in depends_on} == named | rankings


def test_sources_and_their_tables_are_described(manifest):
    sources = manifest["sources"].values()
    assert [s["name"] for s in sources if not (s["description"] and s["source_description"])] == []


def test_at_most_twelve_macros_are_dispatched_and_each_has_both_spellings():
    text = (DBT_PROJECT / "macros" / "dialect.sql").read_text()
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'\)", text))
    defined = set(re.findall(r"{%-? macro (\w+)", text))
    assert 0 < len(dispatched) <= 12
    assert defined == {f"{engine}{name}" for name in dispatched for engine in ("", "duckdb__", "spark__")}


def test_nothing_is_dispatched_outside_the_dialect_file():
    assert [path.name for path in MACRO_FILES + SQL_FILES if "adapter.dispatch" in path.read_text()] == []


def test_no_model_is_longer_than_120_lines():
    assert len(SQL_FILES) > 40
    assert [path.name for path in SQL_FILES if len(path.read_text().splitlines()) > 120] == []


def test_the_macros_have_at_most_340_lines_together_and_what_is_sparks_at_most_90_more():
    files = list(DBT_PROJECT.glob("macros/**/*.sql"))
    assert len(files) == len(MACRO_FILES) + 1
    text = "".join(path.read_text() for path in files if path.name != "spark.sql")
    besides = re.sub(r"\{% macro spark__.*?endmacro %\}\n", "", text, flags=re.DOTALL)
    assert len(besides.splitlines()) <= 340
    assert sum(len(path.read_text().splitlines()) for path in files) <= 430


def test_no_line_of_a_macro_is_longer_than_110_characters():
    files = DBT_PROJECT.glob("macros/**/*.sql")
    assert [path.name for path in files if max(map(len, path.read_text().splitlines())) > 110] == []


def test_there_are_at_most_50_intermediate_models(manifest):
    assert 0 < len(models(manifest, "intermediate")) <= 50


def test_every_intermediate_model_says_why_it_exists(manifest):
    middle = models(manifest, "intermediate").values()
    said = re.compile(r"^-- \w+", re.MULTILINE)
    assert [node["name"] for node in middle if not said.search(node["raw_code"])] == []


def test_every_intermediate_model_lies_in_a_room():
    middle = DBT_PROJECT / "models" / "intermediate"
    assert {path.parent.relative_to(middle).as_posix() for path in middle.rglob("*.sql")} == ROOMS


def test_no_model_keeps_versions_of_its_own():
    built = {DBT_PROJECT / "target", DBT_PROJECT / "logs"}
    files = [
        path
        for path in DBT_PROJECT.rglob("*")
        if path.suffix in {".sql", ".yml", ".md", ".py"} and not built & set(path.parents)
    ]
    assert len(files) > 100
    assert [path.name for path in files if OTHER_BOOKKEEPING.search(path.read_text())] == []


def test_what_is_built_again_when_facts_are_learnt_waits_until_it_is_known_whether_they_are():
    told = [path for path in SQL_FILES if "stale='facts'" in path.read_text()]
    assert len(told) >= 3
    assert [path.name for path in told if "ref('int_day_facts')" not in path.read_text()] == []


@pytest.mark.parametrize("path", SQL_FILES + MACRO_FILES, ids=lambda path: path.stem)
def test_sql_is_written_in_what_both_engines_accept(path):
    assert ONE_ENGINE_ONLY.findall(path.read_text()) == []


@pytest.mark.parametrize(
    "sql",
    ["x::text", "qualify a = 1", "group by all", "arg_max(a, b)", "sum(a) filter (", "cast(a as varchar)"],
)
def test_what_one_engine_only_accepts_is_found(sql):
    assert ONE_ENGINE_ONLY.search(sql)


def test_no_lint_rule_is_switched_off_line_by_line():
    assert [path.name for path in SQL_FILES + MACRO_FILES if "noqa" in path.read_text()] == []


def test_the_project_parses_for_spark_with_the_models_and_tests_that_duckdb_has(parsed):
    assert parsed("spark")["metadata"]["adapter_type"] == "spark"
    assert set(parsed("spark")["nodes"]) == set(parsed("duckdb")["nodes"])
