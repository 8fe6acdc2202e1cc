"""A standalone Spark cluster on loopback: a master, workers, and the Thrift server that dbt asks.

Used as `python -m ingestion.cluster.local`, under `ingestion.supervised`, which ends all of it. What it
writes, logs too, lies in `AIRTIME_HOME/spark`.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import click
from filelock import FileLock, Timeout

from ingestion.exits import Refused, Stopped, plain_errors
from ingestion.settings import Settings, settings

LOOPBACK = "127.0.0.1"
SECONDS_TO_START = 600
MOST_RESTARTS = 10
CLASSES = "org.apache.spark."
THRIFT_SERVER = CLASSES + "sql.hive.thriftserver.HiveThriftServer2"


class NoSpark(Refused):
    """What a cluster needs is not installed."""


class NotAlone(Refused):
    """Another cluster, or another program, has what this one needs."""


class ClusterFailed(Stopped):
    """A process of the cluster ended, or did not begin to listen."""


def spark_home() -> Path:
    """Return the folder of the installed Spark.

    Raises:
        NoSpark: Spark or Java is missing.
    """
    found = find_spec("pyspark")
    if found is None or not found.origin:
        raise NoSpark("Spark is not installed: run make install EXTRAS=spark (pip: airtime[spark])")
    java = os.environ.get("JAVA_HOME")
    if not (java and Path(java, "bin", "java").exists()) and not shutil.which("java"):
        raise NoSpark(
            "Java is missing, which Spark runs on: install version 17 or later (Debian: "
            "openjdk-17-jre-headless), or set JAVA_HOME"
        )
    return Path(found.origin).parent


def configuration(chosen: Settings) -> dict[str, str]:
    """Return the properties of a cluster on loopback, whose files lie in `AIRTIME_HOME/spark`."""
    folder = chosen.root / "spark"
    memory = f"{chosen.spark_memory // 2**20}m"
    return {
        "spark.master": f"spark://{LOOPBACK}:{chosen.spark_master_port}",
        "spark.driver.host": LOOPBACK,
        "spark.driver.bindAddress": LOOPBACK,
        "spark.driver.memory": memory,
        "spark.executor.memory": memory,
        "spark.executor.cores": "1",
        "spark.local.dir": f"{folder / 'scratch'}",
        "spark.sql.warehouse.dir": f"{folder / 'tables'}",
        "spark.hadoop.javax.jdo.option.ConnectionURL": (
            f"jdbc:derby:;databaseName={folder / 'metastore'};create=true"
        ),
        "spark.hadoop.hive.server2.thrift.bind.host": LOOPBACK,
        "spark.hadoop.hive.server2.thrift.port": f"{chosen.spark_port}",
        "spark.ui.enabled": "false",
        # parts of a whole day that fit into a worker's memory; small ones are put together again
        "spark.sql.shuffle.partitions": f"{8 * chosen.spark_workers}",
        "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
        "spark.sql.catalogImplementation": "hive",
    }


def main() -> None:
    """Run the cluster until one of its processes ends or this one is told to."""
    with plain_errors(), suppress(KeyboardInterrupt):
        run(settings())


def run(chosen: Settings) -> None:
    """Start master, workers and Thrift server, say when they can be asked, and run until one has ended.

    A worker that ends is started again: what it was doing is done by another, or by itself.

    Raises:
        NoSpark: Spark or Java is missing.
        NotAlone: the home has a cluster already, or a port is taken.
        ClusterFailed: a process ended or never listened; the message names its log.
    """
    home, folder = spark_home(), chosen.root / "spark"
    for name in ("conf", "logs", "scratch", "work"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(_alone(chosen, folder))
        lines = [f"{name} {value}\n" for name, value in configuration(chosen).items()]
        (folder / "conf" / "spark-defaults.conf").write_text("".join(lines))
        cluster = _Cluster(_commands(chosen, home, folder), home, folder, stack)
        cluster.start("master")
        cluster.wait_for("master", chosen.spark_master_port)
        for name in list(cluster.commands)[1:]:
            cluster.start(name)
        cluster.wait_for("thrift", chosen.spark_port)
        click.echo(f"Spark answers at {LOOPBACK}:{chosen.spark_port}; end it with Ctrl-C")
        while True:
            cluster.start_dead_workers()
            cluster.refuse_dead()
            time.sleep(1)


@dataclass
class _Cluster:
    commands: dict[str, list[object]]
    home: Path
    folder: Path
    stack: ExitStack
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    restarts: int = 0

    def start(self, name: str) -> None:
        log = self.stack.enter_context(self._log(name).open("a" if name in self.processes else "w"))
        environment = {
            "SPARK_HOME": str(self.home),
            "SPARK_CONF_DIR": str(self.folder / "conf"),
            "SPARK_LOCAL_IP": LOOPBACK,
            "SPARK_LOCAL_HOSTNAME": LOOPBACK,
            "SPARK_DAEMON_MEMORY": "512m",
        }
        process = subprocess.Popen(
            [str(word) for word in self.commands[name]],
            cwd=self.folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        self.stack.callback(process.terminate)
        self.processes[name] = process

    def wait_for(self, name: str, port: int) -> None:
        """Wait until somebody listens at `port`."""
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            self.refuse_dead()
            try:
                socket.create_connection((LOOPBACK, port), 1).close()
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise ClusterFailed(f"{name} did not listen at {port}: see {self._log(name)}")

    def start_dead_workers(self) -> None:
        for name, process in self.processes.items():
            if name.startswith("worker") and process.poll() is not None and self.restarts < MOST_RESTARTS:
                self.restarts += 1
                click.echo(f"{name} ended and is started again: see {self._log(name)}", err=True)
                self.start(name)

    def refuse_dead(self) -> None:
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise ClusterFailed(
                    f"{name} ended with {process.returncode}: see {self._log(name)}; "
                    "start the cluster again (make cluster)"
                )

    def _log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"


@contextmanager
def _alone(chosen: Settings, folder: Path) -> Iterator[None]:
    """Hold the home, whose tables only one cluster may write, and see that nobody listens at the ports."""
    try:
        held = FileLock(folder / "lock").acquire(timeout=0)
    except Timeout:
        raise NotAlone(f"{chosen.root} has a cluster already: use that one, or end it first") from None
    with held:
        ports = {
            "AIRTIME_SPARK_PORT": chosen.spark_port,
            "AIRTIME_SPARK_MASTER_PORT": chosen.spark_master_port,
        }
        for variable, port in ports.items():
            try:
                socket.create_server((LOOPBACK, port)).close()
            except OSError as error:
                why = os.strerror(error.errno or 0).lower()
                raise NotAlone(
                    f"{LOOPBACK}:{port} cannot be listened on: {why}; set {variable} to a free port"
                ) from None
        yield


def _commands(chosen: Settings, home: Path, folder: Path) -> dict[str, list[object]]:
    """Return the command of each process, in the order in which they are started."""
    launch, address = home / "bin" / "spark-class", f"spark://{LOOPBACK}:{chosen.spark_master_port}"
    master: list[object] = [launch, f"{CLASSES}deploy.master.Master", "--host", LOOPBACK, "--webui-port", 0]
    worker: list[object] = [launch, f"{CLASSES}deploy.worker.Worker", "--host", LOOPBACK, "--webui-port", 0]
    worker += ["--cores", 1, "--memory", f"{chosen.spark_memory // 2**20}m", "--work-dir", folder / "work"]
    workers = {f"worker-{number + 1}": [*worker, address] for number in range(chosen.spark_workers)}
    return {
        "master": [*master, "--port", chosen.spark_master_port],
        **workers,
        "thrift": [home / "bin" / "spark-submit", "--class", THRIFT_SERVER, "spark-internal"],
    }


if __name__ == "__main__":
    main()
