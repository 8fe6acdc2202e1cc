"""What is said where no cluster can be started, or none answers."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from ingestion.cluster import local
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


def test_a_home_that_has_a_cluster_and_a_port_that_is_taken_are_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(local, "spark_home", lambda: tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        (free,), port = free_ports(1), taken.getsockname()[1]
        ports = {"AIRTIME_SPARK_PORT": free, "AIRTIME_SPARK_MASTER_PORT": port}
        settings = Settings(_env_file=None, AIRTIME_HOME=tmp_path, AIRTIME_ENGINE="spark", **ports)
        with pytest.raises(
            local.NotAlone, match=f"127.0.0.1:{port} .*: address already in use; set .*_MASTER"
        ):
            local.run(settings)
        with (
            FileLock(tmp_path / "spark" / "lock"),
            pytest.raises(local.NotAlone, match=f"^{tmp_path} has a cluster already"),
        ):
            local.run(settings)


def test_a_cluster_that_does_not_answer_is_named_with_what_to_do(tmp_path: Path):
    pytest.importorskip("pyhive")
    (port,) = free_ports(1)
    nobody = Settings(_env_file=None, AIRTIME_HOME=tmp_path, AIRTIME_ENGINE="spark", AIRTIME_SPARK_PORT=port)
    with pytest.raises(NoCluster, match=f"no Spark answers at 127.0.0.1:{port}: start it"):
        declare_raw(nobody)
