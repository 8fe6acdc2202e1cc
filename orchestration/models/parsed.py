"""dbt on the models as they were parsed at installation: `airtime-dbt`, with dbt's own arguments.

Parsing takes longer than building a small warehouse, and gives the same every time.
"""

import gc
import json
import os
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumuro_decoder
from dbt.version import __version__

from orchestration.models.files import PARSED_MODELS, WHEN_TOLD

FAILED, STOPPED = 1, 2


def main() -> None:
    """Run dbt and end with its exit code: 1 where something that it ran failed, 2 where it ran nothing.

    With WHEN_TOLD as its argument it gets ready, then waits for its arguments: one line of JSON.
    """
    models, arguments = parsed_for(os.environ.get("AIRTIME_WAREHOUSE", "")), sys.argv[1:]
    if arguments == [WHEN_TOLD]:
        told = sys.stdin.readline()
        if not told:  # whoever started it has ended
            return
        arguments = json.loads(told)
    done = dbtRunner(models).invoke(arguments)
    if not done.success:
        sys.exit(STOPPED if done.exception else FAILED)


def parsed_for(warehouse: str, parsed: Path = PARSED_MODELS) -> Manifest | None:
    """Return the parsed models, None where dbt has to parse them itself.

    That is for a warehouse whose file has another name, which stands in every relation's full name, and for
    what another version of dbt parsed.
    """
    if not parsed.exists():
        return None
    manifest = Manifest.from_msgpack(parsed.read_bytes(), decoder=extended_mashumuro_decoder)
    databases = {node.database for node in manifest.nodes.values()}
    if manifest.metadata.dbt_version != __version__ or databases != {Path(warehouse).stem}:
        return None
    manifest.build_flat_graph()  # what a model's SQL may ask about the others
    gc.freeze()  # it stays to the end, so that no collection need look through it
    return manifest
