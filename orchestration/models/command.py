"""dbt on any warehouse, in a process of its own and outside of any job."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path

from ingestion.cluster.tables import declare_raw, show_models
from ingestion.exits import NO_SPACE, Stopped, full_disk
from ingestion.settings import Settings
from ingestion.warehouse.built import last_build, rows_at_once
from ingestion.warehouse.errors import damage_of
from ingestion.warehouse.file import one_load_at_a_time
from orchestration.models.files import (
    PARSED_MODELS,
    PARTIAL_PARSE,
    PROJECT_DIR,
    WHEN_TOLD,
    engine_variables,
)

# dbt on the parsed models: `orchestration.models.parsed`
DBT = Path(sys.executable).with_name("airtime-dbt")
# unit tests are about the SQL, not about what has been loaded
BUILD_MODELS = ("build", "--exclude-resource-type", "unit_test")
RESULTS = ("LogModelResult", "LogTestResult")

# what the models themselves refuse before the first of them, in words of their own
REFUSED = re.compile(r"Compilation Error in operation .*\n\s*(.+)")
# begins what Spark says of a statement that failed
SPARK = "org.apache.hive.service.cli"
# of Java, after what Spark says
STACK = re.compile(r"\n\s+at ")


class DbtFailed(Stopped):
    """dbt ended with an error; the message is the first that it said, and where the others are."""


def set_for_dbt(warehouse: str | Path, settings: Settings) -> None:
    """Tell the dbt that this process starts the warehouse's file, and its memory and what to take at once."""
    os.environ["AIRTIME_WAREHOUSE"] = str(warehouse)
    os.environ["AIRTIME_MEMORY"] = f"{settings.memory}B"
    os.environ["AIRTIME_ROWS_AT_ONCE"] = str(rows_at_once(settings))
    told = engine_variables(settings.engine, settings.spark_host, settings.spark_port)
    for name, value in told.items():
        os.environ[name] = value


@contextmanager
def building(settings: Settings) -> Iterator[None]:
    """Let the engine find what has been loaded; on Spark, nothing is loaded and nobody else builds meanwhile.

    Raises:
        WarehouseBusy: a load or another build is running.
        NoSpark, NoCluster: as `ingestion.cluster.tables.declare_raw`.
    """
    if settings.engine == "duckdb":  # whose file knows one writer
        yield
        return
    with one_load_at_a_time(settings):
        declare_raw(settings)
        yield


def show_built(settings: Settings) -> None:
    """Let readers find what was built. Raises as `ingestion.cluster.tables.show_models`."""
    if settings.engine == "spark":
        show_models(settings)


@contextmanager
def ready_dbt(warehouse: str | Path, settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """Start a dbt on `warehouse` that gets ready and waits for `run_dbt`; at the end it ends, used or not."""
    set_for_dbt(warehouse, settings)
    command, pipe = [str(DBT), WHEN_TOLD], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True) as ready:
        try:
            yield ready
        finally:
            ready.kill()


def run_dbt(
    arguments: Sequence[str],
    warehouse: str | Path,
    target: Path,
    on_node: Callable[[int, int], None] = lambda done, total: None,
    ready: subprocess.Popen[str] | None = None,
    settings: Settings | None = None,
) -> None:
    """Run dbt on `warehouse`, or one that is `ready` for it, with its files in `target`.

    `on_node` gets models and tests done and in all. `settings` are the environment's, if none are given.

    Raises:
        DbtFailed: it did not end well.
    """
    folders = ["--project-dir", PROJECT_DIR, "--profiles-dir", PROJECT_DIR, "--target-path", target]
    command = ["--log-format", "json", "--log-path", target, *arguments, *folders]
    faults = []
    with nullcontext(ready) if ready else ready_dbt(warehouse, settings or Settings()) as running:
        assert running.stdin and running.stdout  # both are pipes
        with suppress(BrokenPipeError), running.stdin as pipe:  # one that has died ends with its exit code
            pipe.write(json.dumps([str(word) for word in command]))
        for line in running.stdout:
            event = json.loads(line) if line.startswith("{") else {"info": {}, "data": {}}
            if event["info"].get("name") in RESULTS:
                on_node(event["data"]["index"], event["data"].get("total") or event["data"]["num_models"])
            elif event["info"].get("level") == "error":
                faults.append(STACK.split(event["info"]["msg"])[0])
        running.wait()
    if running.returncode:
        known = _known_reason(faults, Path(warehouse), target)
        first = " ".join(" ".join(faults[:2]).split()) or f"exit code {running.returncode}"
        raise DbtFailed(known or f"dbt {arguments[0]} failed: {first}; all of it is in {target / 'dbt.log'}")


def _known_reason(faults: Sequence[str], warehouse: Path, target: Path) -> str:
    """Return the sentence for what is not dbt's own: a refusal of the models, a full or damaged disk."""
    if told := REFUSED.search("\n".join(faults)):
        return told[1]
    for fault in faults:
        if NO_SPACE.search(fault):
            return full_disk("a machine of the cluster" if SPARK in fault else target)
        if damage := damage_of(warehouse, fault):
            return damage
    return ""


def prepare_target(target: Path, parsed: Path = PARSED_MODELS) -> None:
    """Let dbt begin in `target` with the models as they were parsed, and write there whatever it likes.

    The copy is the user's to write, though the checkout may be somebody else's and not to be written.
    """
    target.mkdir(parents=True, exist_ok=True)
    copy = target / PARTIAL_PARSE
    if parsed.exists() and not copy.exists():
        shutil.copyfile(parsed, copy)
    if copy.exists():
        copy.chmod(0o644)


def build_all(
    settings: Settings,
    target: Path,
    say: Callable[[str], None],
    ready: subprocess.Popen[str] | None = None,
) -> None:
    """Build part after part, so that a long history needs no more memory than some days of it.

    `say` gets how far it is; dbt's files go to `target`; a `ready` dbt builds the first part. Raises as
    `run_dbt`.
    """
    part, waiting = 1, True
    while waiting:
        with building(settings):
            run_dbt(
                BUILD_MODELS,
                settings.warehouse,
                target,
                partial(_say_how_far, say, part),
                ready,
                settings,
            )
            show_built(settings)
        part, waiting, ready = part + 1, last_build(settings).waiting > 0, None


def _say_how_far(say: Callable[[str], None], part: int, done: int, total: int) -> None:
    say(f"part {part}, {done} of {total} models and tests")
