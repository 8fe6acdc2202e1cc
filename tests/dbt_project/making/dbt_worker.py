"""Parses the models once and then runs dbt on one warehouse after another, each run in a fork of its own.

What `make install` has parsed is taken as it is where no file was changed since. Reads a JSON object a line
from standard input: `arguments` of dbt, `environment` variables to set, the `output` file for errors, the
SQL of `edited` models and the model to be `killed_at`; answers each with dbt's exit code on a line.
"""

import json
import os
import shutil
import signal
import sys
import tempfile

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg

from tests.places import DBT_PROJECT

ERRORS_ONLY = ["--quiet", "--log-level-file", "none", "--no-use-colors"]
PARSED = DBT_PROJECT / "target" / "partial_parse.msgpack"


def main(folders: list[str]) -> None:
    """Serve until standard input ends; `folders` are dbt's options that name the project."""
    with tempfile.TemporaryDirectory() as target:
        if PARSED.exists():
            shutil.copy(PARSED, target)
        written = ["--target-path", target, "--log-path", target]
        parsed = dbtRunner().invoke(["--quiet", "parse", *folders, *written])
    if not isinstance(parsed.result, Manifest):
        raise parsed.exception or SystemExit("the models do not parse")
    for line in sys.stdin:
        process = os.fork()
        if not process:
            _run(json.loads(line), folders, parsed.result)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])}\n")
        sys.stdout.flush()


def _run(order: dict, folders: list[str], manifest: Manifest) -> None:
    os.environ.update(order["environment"])
    output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    for unique_id, sql in order["edited"].items():
        manifest.nodes[unique_id].raw_code = sql
    manifest.build_flat_graph()

    def kill(event: EventMsg) -> None:
        if event.info.name == "LogModelResult" and event.data.node_info.unique_id == order["killed_at"]:
            os.kill(os.getpid(), signal.SIGKILL)

    arguments = [*ERRORS_ONLY, *order["arguments"], *folders]
    done = dbtRunner(manifest=manifest, callbacks=[kill]).invoke(arguments)
    sys.stdout.flush()
    os._exit(0 if done.success else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
