"""What is said where no cluster can be started, or none answers."""

import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.cluster.tables import NoCluster, declare_raw
from ingestion.settings import Settings
from tests.ingestion.cluster.conftest import free_ports


def test_a_machine_without_java_is_told_what_to_install(tmp_path: Path):
    pytest.importorskip("pyspark")
    environment = {"PATH": str(tmp_path), "AIRTIME_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "ingestion.cluster.local"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: Java is missing, which Spark runs on: install version 17")
    assert not (tmp_path / "home").exists()


def test_a_cluster_that_does_not_answer_is_named_with_what_to_do(tmp_path: Path):
    pytest.importorskip("pyhive")
    (port,) = free_ports(1)
    nobody = Settings(_env_file=None, AIRTIME_HOME=tmp_path, AIRTIME_ENGINE="spark", AIRTIME_SPARK_PORT=port)
    with pytest.raises(NoCluster, match=f"no Spark answers at 127.0.0.1:{port}: start it"):
        declare_raw(nobody)
