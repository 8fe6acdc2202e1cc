"""Parses the models once and then runs dbt on one warehouse after another, each run in a fork of its own.

What `make install` has parsed is taken as it is where no file was changed since. A few models are run first,
on a copy of the first warehouse: all that dbt imports and compiles for them is there for each run after it.
Reads a JSON object a line from standard input: `arguments` of dbt, `environment` variables to set, the
`output` file for errors, the SQL of `edited` models and the model to be `killed_at`; answers each with dbt's
exit code on a line.
"""

import gc
import json
import os
import shutil
import signal
import sys
import tempfile

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg

from tests.places import DBT_PROJECT

UNLOGGED = ["--log-level", "none", "--log-level-file", "none"]
PARSED = DBT_PROJECT / "target" / "partial_parse.msgpack"
# one of each materialization
FIRST = ("stg_airtime__loads", "int_days", "int_crawls", "int_stretches", "rank_games")


def main(folders: list[str]) -> None:
    """Serve until standard input ends; `folders` are dbt's options that name the project."""
    with tempfile.TemporaryDirectory() as target:
        if PARSED.exists():
            shutil.copy(PARSED, target)
        written = ["--target-path", target, "--log-path", target]
        parsed = dbtRunner().invoke(["--quiet", "parse", *folders, *written])
    if not isinstance(parsed.result, Manifest):
        raise parsed.exception or SystemExit("the models do not parse")
    for number, line in enumerate(sys.stdin):
        order = json.loads(line)
        if number == 0:
            _warm_up(order["environment"], folders, parsed.result.deepcopy())
        process = os.fork()
        if not process:
            _run(order, folders, parsed.result)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])}\n")
        sys.stdout.flush()


def _warm_up(environment: dict[str, str], folders: list[str], manifest: Manifest) -> None:
    with tempfile.TemporaryDirectory() as target:
        os.environ["AIRTIME_WAREHOUSE"] = shutil.copy(environment["AIRTIME_WAREHOUSE"], target)
        manifest.build_flat_graph()
        written = ["--target-path", target, "--log-path", target]
        dbtRunner(manifest).invoke([*UNLOGGED, "run", "--select", *FIRST, *folders, *written])
    DuckDBConnectionManager.close_all_connections()  # its threads would be missing in a fork
    gc.freeze()


def _run(order: dict, folders: list[str], manifest: Manifest) -> None:
    os.environ.update(order["environment"])
    output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    for unique_id, sql in order["edited"].items():
        manifest.nodes[unique_id].raw_code = sql
    manifest.build_flat_graph()

    def see(event: EventMsg) -> None:
        if event.info.level == "error":
            sys.stdout.write(f"{event.info.msg}\n")
        if event.info.name == "LogModelResult" and event.data.node_info.unique_id == order["killed_at"]:
            os.kill(os.getpid(), signal.SIGKILL)

    arguments = [*UNLOGGED, *order["arguments"], *folders]
    done = dbtRunner(manifest, callbacks=[see]).invoke(arguments)
    sys.stdout.flush()
    os._exit(0 if done.success else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
