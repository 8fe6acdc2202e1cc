"""The project as the Spark adapter reads it; no cluster is asked."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dbt_project.warehouses import DBT_PROJECT


def parse(folder: Path, target: str) -> dict:
    """Return the manifest that `dbt parse` makes for a target of the profile."""
    environment = {
        **os.environ,
        "AIRTIME_WAREHOUSE": ":memory:",
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    dbt = Path(sys.executable).with_name("dbt")
    folders = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    arguments = [dbt, "--no-use-colors", "--warn-error", "parse", "--target", target, *folders]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:]
    return json.loads((folder / "target" / "manifest.json").read_text())


@pytest.fixture(scope="module")
def for_spark(tmp_path_factory) -> dict:
    return parse(tmp_path_factory.mktemp("spark"), "spark")


def test_the_project_parses_for_spark(for_spark):
    assert for_spark["metadata"]["adapter_type"] == "spark"


def test_spark_has_the_models_and_tests_that_duckdb_has(for_spark, tmp_path):
    assert set(for_spark["nodes"]) == set(parse(tmp_path, "duckdb")["nodes"])
