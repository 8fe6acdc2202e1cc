"""One real cluster for all tests: a master, two workers and a Thrift server."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from ingestion.settings import Settings


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Yield the settings of a home whose models run on a cluster."""
    if not find_spec("pyspark"):
        pytest.skip("Spark is not installed: make install EXTRAS=spark")
    if not shutil.which("java"):
        pytest.skip("Java is not installed; on Debian: apt-get install openjdk-17-jre-headless")
    home = tmp_path_factory.mktemp("spark")
    port, master_port = free_ports(2)
    environment = {
        "AIRTIME_HOME": str(home),
        "AIRTIME_ENGINE": "spark",
        "AIRTIME_SPARK_PORT": str(port),
        "AIRTIME_SPARK_MASTER_PORT": str(master_port),
        "AIRTIME_SPARK_MEMORY": "1GB",
    }
    command, before = [sys.executable, "-m", "ingestion", "cluster"], dict(os.environ)
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    ) as cluster:
        try:
            assert cluster.stdout.readline().startswith("Spark answers at 127.0.0.1:"), logs(home)
            yield Settings(_env_file=None, **environment)
        finally:
            cluster.terminate()
            os.environ.clear()  # what tells dbt of the cluster is told to this process
            os.environ.update(before)


def logs(home: Path) -> str:
    return "\n".join(path.read_text()[-2000:] for path in sorted((home / "spark" / "logs").glob("*.log")))
