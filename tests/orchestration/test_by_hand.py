"""An import by hand: from files to published rankings in one process, without a run of a job."""

import json
import subprocess
from importlib.metadata import version
from pathlib import Path

import duckdb
from dbt.parser.manifest import extended_mashumaro_encoder

from orchestration.assets.transform import InstalledDbt
from orchestration.models.files import MANIFEST, PROJECT_DIR
from orchestration.models.parsed import parsed_for
from tests.forking import python_m
from tests.ingestion.commands import clean_environment
from tests.ingestion.imports.tables.made_files import GAMES, ROWS, write_csv


def by_hand(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return python_m("orchestration.by_hand", *arguments, environment=clean_environment(home), seconds=600)


def test_files_are_published_and_exported_and_a_bad_one_changes_nothing(tmp_path):
    home = tmp_path / "home"
    bad = write_csv(tmp_path / "bad.csv", [["ana", "x", "Duel", "1", ""]])
    refused = by_hand(home, "import", "--streamers", str(bad))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "Error: bad.csv, line 2, column timestamp: 'x' is not a whole number\n"
    assert not (home / "warehouse.duckdb").exists()
    assert by_hand(home, "import", "--streamer", str(bad)).returncode == 2

    streamers = write_csv(tmp_path / "s.csv", ROWS)
    games = write_csv(tmp_path / "g.csv", [["Duel", "2014", "Apex Co", ""]], GAMES)
    done = by_hand(home, "import", "--streamers", str(streamers), "--games", str(games))
    assert done.returncode == 0, done.stderr
    assert "loaded 4 rows of 2 files" in done.stdout
    assert "published version" in done.stderr
    with duckdb.connect(home / "published" / "airtime.duckdb", read_only=True) as published:
        facts = "select game_id, publishers, genres, release_date::text from marts.games order by game_id"
        assert published.execute(facts).fetchall() == [
            ("Duel", ["Apex Co"], [], "2014-01-01"),
            ("Farm, the Game", [], [], None),
        ]
        ranked = "select publisher, rank from marts.rank_publishers where period = 'month' order by publisher"
        assert published.execute(ranked).fetchall() == [("(unknown)", None), ("Apex Co", 1)]
    assert (home / "exports" / "rankings.xlsx").exists()
    assert not (home / "dagster").exists()
    assert "history publishers, last_7_days" in done.stdout
    assert not (home / "dbt" / "partial_parse.msgpack").exists()
    assert built_nodes(home) >= wanted_nodes()


def built_nodes(home: Path) -> set[str]:
    """Return the unique ids of what dbt ran."""
    results = json.loads((home / "dbt" / "run_results.json").read_text())["results"]
    return {result["unique_id"] for result in results}


def wanted_nodes() -> set[str]:
    """Return the unique ids of every model and test of the data, as they were parsed at installation."""
    nodes = json.loads(MANIFEST.read_text())["nodes"].values()
    built = [node for node in nodes if node["resource_type"] in ("model", "test")]
    return {node["unique_id"] for node in built if node["config"]["materialized"] != "ephemeral"}


def test_the_parsed_models_serve_every_warehouse_of_their_name_and_version(tmp_path):
    models = parsed_for("/anywhere/warehouse.duckdb")
    assert "model.airtime.int_days" in models.nodes
    assert parsed_for("/anywhere/other.duckdb") is None
    assert parsed_for("/anywhere/warehouse.duckdb", tmp_path / "missing.msgpack") is None
    models.metadata.dbt_version = "1.0.0"
    (tmp_path / "older.msgpack").write_bytes(models.to_msgpack(extended_mashumaro_encoder))
    assert parsed_for("/anywhere/warehouse.duckdb", tmp_path / "older.msgpack") is None


def test_a_job_knows_the_version_of_dbt_without_starting_it():
    known = InstalledDbt(project_dir=str(PROJECT_DIR), dbt_executable="false")
    assert str(known._cli_version) == version("dbt-core")
