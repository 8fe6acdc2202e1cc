"""Measures what a day of all of Twitch costs to build on a Spark cluster, next to DuckDB.

Run: python -m benchmarks.day_on_spark [--workers 1,2] [--streamers 300000]. Needs Java and `.[spark]`. The
rows are those of `day_of_twitch`, written as the load writes raw for Spark. Each cluster is started anew on
loopback, its workers of one core each; measured are its start-up, dbt in a process of its own, and the
core-seconds of all processes, which another machine's load hardly changes.
"""

import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import duckdb
import psutil
from rich.table import Table

from benchmarks.console import console
from benchmarks.day_of_twitch import build as build_on_duckdb
from benchmarks.twitch_size import Size, add_day, make_warehouse
from ingestion.settings import Settings
from ingestion.warehouse.lake import LOADS, lake_of
from ingestion.warehouse.landed_tables import LANDED_TABLES
from ingestion.warehouse.reference_tables import TABLES
from orchestration.models.command import building, run_dbt, show_built
from serving.publish import checksums


@click.command()
@click.option("--workers", "counts", default="1,2", show_default=True)
@click.option("--streamers", default=300_000, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--memory", default="4GB", show_default=True, help="Of the driver and of each worker.")
def main(counts: str, streamers: int, memory: str) -> None:
    """Print seconds to start and to build, the ratio to DuckDB, and whether all marts are equal."""
    printed, size = console(), Size(streamers=streamers)
    columns = ("seconds to start", "seconds to build", "ratio", "core-seconds", "marts")
    table = Table("engine", "observations", *columns)
    with tempfile.TemporaryDirectory() as folder:
        on_duckdb = make_warehouse(Path(folder) / "duckdb", size)
        rows = add_day(on_duckdb, size, 0)
        before, alone = _own_core_seconds(), _seconds(lambda: build_on_duckdb(on_duckdb))
        marts = checksums(on_duckdb.warehouse)
        cores = f"{_own_core_seconds() - before:.0f}"
        table.add_row("DuckDB", f"{rows:,}", "", f"{alone:.0f}", "1", cores, f"{len(marts)}")
        for count in map(int, counts.split(",")):
            printed.log(f"a cluster of {count} workers")
            with _cluster(Path(folder) / f"spark-{count}", count, memory) as (settings, started, cluster):
                copy_raw(on_duckdb, settings)
                before = _own_core_seconds() + _core_seconds(cluster)
                seconds = _seconds(lambda settings=settings: _build(settings))
                cores = f"{_own_core_seconds() + _core_seconds(cluster) - before:.0f}"
                equal = sum(marts[name] == sum_ for name, sum_ in checksums(settings.warehouse).items())
            figures = (f"{started:.0f}", f"{seconds:.0f}", f"{seconds / alone:.2f}", cores, f"{equal} equal")
            table.add_row(f"Spark, {count} workers", f"{rows:,}", *figures)
    printed.print(table)


def copy_raw(source: Settings, target: Settings) -> None:
    """Write the raw tables of a warehouse of DuckDB as the load writes them for Spark."""
    lake = lake_of(target)
    lake.prepare()
    with duckdb.connect(target.warehouse) as connection:
        connection.execute(f"attach '{source.warehouse}' as source (read_only)")
        loads = "select load_id from source.raw._dlt_loads order by inserted_at"
        for (load_id,) in connection.execute(loads).fetchall():
            for name in (table.name for table in LANDED_TABLES):
                has_tags = "tags" in lake.schemas[name].names
                tags = "replace (cast(tags as varchar[]) as tags)" if has_tags else ""
                query = f"select * {tags} from source.raw.{name} where _dlt_load_id = '{load_id}'"
                lake.append(connection, name, query, load_id)
            lake.append(connection, LOADS, f"select '{load_id}' as load_id, 0 as status", load_id)
        for table in TABLES:
            lake.replace(connection, table.name, f"from source.raw.{table.name}")
        lake.show(connection)


def _build(settings: Settings) -> None:
    with building(settings):
        run_dbt(["run"], settings.warehouse, settings.root / "dbt", settings=settings)
        show_built(settings)


@contextmanager
def _cluster(home: Path, workers: int, memory: str) -> Iterator[tuple[Settings, float, int]]:
    """Yield the settings of a home with a running cluster, the seconds that it took to start, and its id."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        ports = [str(each.getsockname()[1]) for each in (one, other)]
    environment = {
        "AIRTIME_HOME": str(home),
        "AIRTIME_ENGINE": "spark",
        "AIRTIME_SPARK_PORT": ports[0],
        "AIRTIME_SPARK_MASTER_PORT": ports[1],
        "AIRTIME_SPARK_WORKERS": str(workers),
        "AIRTIME_SPARK_MEMORY": memory,
    }
    command, began = [sys.executable, "-m", "ingestion", "cluster"], time.perf_counter()
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    ) as cluster:
        try:
            if not cluster.stdout.readline():
                raise click.ClickException(f"no cluster was started: see {home}/spark/logs")
            yield Settings(_env_file=None, **environment), time.perf_counter() - began, cluster.pid
        finally:
            cluster.terminate()


def _core_seconds(cluster: int) -> float:
    """Return what the processes of a cluster have had of the cores."""
    times = [process.cpu_times() for process in psutil.Process(cluster).children(recursive=True)]
    return sum(each.user + each.system for each in times)


def _own_core_seconds() -> float:
    """Return what the processes that ended had."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _seconds(work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
