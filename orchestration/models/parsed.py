"""dbt on the models as they were parsed at installation: `airtime-dbt`, with dbt's own arguments.

Parsing takes longer than building a small warehouse, and gives the same every time.
"""

import gc
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumuro_decoder
from dbt.version import __version__

from orchestration.models.files import PARSED_MODELS, PROJECT_DIR, WHEN_TOLD, engine_variables, models_fault

FAILED, STOPPED = 1, 2
ON_A_WAREHOUSE = {"build", "compile", "retry", "run", "run-operation", "show", "test"}
# None: in the home, because the checkout may be somebody else's
FOLDERS = {
    "DBT_PROJECT_DIR": PROJECT_DIR,
    "DBT_PROFILES_DIR": PROJECT_DIR,
    "DBT_TARGET_PATH": None,
    "DBT_LOG_PATH": None,
}


def main() -> None:
    """Run dbt and end with its exit code: 1 where something that it ran failed, 2 where it ran nothing.

    With WHEN_TOLD as its argument it gets ready, then waits for its arguments: one line of JSON. Started by
    hand, from whatever folder, it takes the project, the home and its warehouse for granted.
    """
    is_current, arguments = True, sys.argv[1:]
    if "AIRTIME_WAREHOUSE" not in os.environ:
        _start_by_hand(arguments)
        is_current = not models_fault()  # whoever edits a model runs it as it is now
    models = parsed_for(os.environ["AIRTIME_WAREHOUSE"]) if is_current else None
    if arguments == [WHEN_TOLD]:
        told = sys.stdin.readline()
        if not told:  # whoever started it has ended
            return
        arguments = json.loads(told)
    done = dbtRunner(models).invoke(arguments)
    if not done.success:
        sys.exit(STOPPED if done.exception else FAILED)


def _start_by_hand(arguments: Sequence[str]) -> None:
    """Set what dbt is not told; end with a sentence where there is nothing that it could run on."""
    own = import_module("ingestion.settings")  # a job's dbt, which has been told all, starts without
    try:
        settings = own.read_settings()
    except own.WrongSettings as error:
        _stop(str(error))
    if not settings.warehouse.exists() and ON_A_WAREHOUSE.intersection(arguments):
        _stop(
            f"nothing has been loaded into {settings.warehouse}: load first (make run, make import), or set "
            "AIRTIME_HOME to the home of a warehouse"
        )
    os.environ["AIRTIME_WAREHOUSE"] = str(settings.warehouse)
    told = engine_variables(settings.engine, settings.spark_host, settings.spark_port)
    for name, value in told.items():
        os.environ[name] = value
    for name, folder in FOLDERS.items():
        os.environ.setdefault(name, str(folder or settings.root / "dbt"))


def _stop(sentence: str) -> NoReturn:
    sys.stderr.write(f"Error: {sentence}\n")
    sys.exit(STOPPED)


def parsed_for(warehouse: str, parsed: Path = PARSED_MODELS) -> Manifest | None:
    """Return the parsed models, None where dbt has to parse them itself.

    That is for another engine, for a warehouse whose file has another name, which stands in every relation's
    full name, and for what another version of dbt parsed.
    """
    if not parsed.exists() or os.environ.get("AIRTIME_ENGINE") == "spark":
        return None
    manifest = Manifest.from_msgpack(parsed.read_bytes(), decoder=extended_mashumuro_decoder)
    databases = {node.database for node in manifest.nodes.values()}
    if manifest.metadata.dbt_version != __version__ or databases != {Path(warehouse).stem}:
        return None
    manifest.build_flat_graph()  # what a model's SQL may ask about the others
    gc.freeze()  # it stays to the end, so that no collection need look through it
    return manifest
