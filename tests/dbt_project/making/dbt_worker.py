"""Parses the models once and then runs dbt on one warehouse after another, each run in a fork of its own.

What `make install` has parsed is taken as it is where no file was changed since. A few models are run first,
on a copy of the first warehouse: all that dbt imports for them is there for each run after it, and so is
every macro that a run before it has compiled.
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
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.clients.jinja import template_cache
from dbt_common.events.base_types import BaseEvent, EventLevel, EventMsg
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager

from tests.places import DBT_PROJECT

UNLOGGED = ["--log-level", "none", "--log-level-file", "none", "--no-write-json"]
PARSED = DBT_PROJECT / "target" / "partial_parse.msgpack"
LOUD, MODEL_DONE = (EventLevel.WARN, EventLevel.ERROR), "LogModelResult"
# one of each materialization
FIRST = ("stg_airtime__loads", "int_days", "int_crawls", "int_stretches", "rank_games")


class Quiet(EventManager):
    """Makes a message of those events only that somebody sees; dbt has three thousand others for each run."""

    def fire_event(self, e: BaseEvent, level: EventLevel | None = None, *others: Any, **named: Any) -> None:
        if (level or e.level_tag()) in LOUD or type(e).__name__ == MODEL_DONE:
            super().fire_event(e, level, *others, **named)


def main(folders: list[str]) -> None:
    """Serve until standard input ends; `folders` are dbt's options that name the project."""
    with tempfile.TemporaryDirectory() as target:
        if PARSED.exists():
            shutil.copy(PARSED, target)
        written = ["--target-path", target, "--log-path", target]
        parsed = dbtRunner().invoke(["--quiet", "parse", *folders, *written])
    if not isinstance(parsed.result, Manifest):
        raise parsed.exception or SystemExit("the models do not parse")
    ctx_set_event_manager(Quiet())
    for number, line in enumerate(sys.stdin):
        order = json.loads(line)
        if number == 0:
            _warm_up(order["environment"], folders, parsed.result.deepcopy())
        process = os.fork()
        if not process:
            _run(order, folders, parsed.result)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        _compile(_compiled(order), parsed.result)
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


def _warm_up(environment: dict[str, str], folders: list[str], manifest: Manifest) -> None:
    with tempfile.TemporaryDirectory() as target:
        os.environ["AIRTIME_WAREHOUSE"] = shutil.copy(environment["AIRTIME_WAREHOUSE"], target)
        manifest.build_flat_graph()
        written = ["--target-path", target, "--log-path", target]
        dbtRunner(manifest).invoke([*UNLOGGED, "run", "--select", *FIRST, *folders, *written])
    DuckDBConnectionManager.close_all_connections()  # its threads would be missing in a fork
    gc.freeze()


def _compiled(order: dict) -> Path:
    """Return the file that names the macros that a run has compiled."""
    return Path(f"{order['output']}.macros")


def _compile(names: Path, manifest: Manifest) -> None:
    """Compile what a run has said that it compiled; one that was killed has said nothing."""
    for name in names.read_text().splitlines() if names.exists() else []:
        template_cache.get_node_template(manifest.macros[name])
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
        if event.info.name == MODEL_DONE and event.data.node_info.unique_id == order["killed_at"]:
            os.kill(os.getpid(), signal.SIGKILL)

    arguments = [*UNLOGGED, *order["arguments"], *folders]
    done = dbtRunner(manifest, callbacks=[see]).invoke(arguments)
    sys.stdout.flush()
    compiled = [
        name for name, macro in manifest.macros.items() if macro.macro_sql in template_cache.file_cache
    ]
    _compiled(order).write_text("\n".join(compiled))
    os._exit(0 if done.success else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
