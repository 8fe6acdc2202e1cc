"""dbt on any warehouse, in a process of its own and outside of any job."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ingestion.settings import Settings
from orchestration.transform import PROJECT_DIR, set_for_dbt

RESULTS = ("LogModelResult", "LogTestResult")


class DbtFailed(Exception):
    """dbt ended with an error; the message is the first that it said, and where the others are."""


def run_dbt(
    arguments: Sequence[str],
    warehouse: str | Path,
    target: Path,
    on_node: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Run dbt on `warehouse`, with its files in `target`; `on_node` gets models and tests done and in all.

    Raises:
        DbtFailed: it did not end well.
    """
    set_for_dbt(warehouse, Settings())
    folders = ["--project-dir", PROJECT_DIR, "--profiles-dir", PROJECT_DIR, "--target-path", target]
    dbt = Path(sys.executable).with_name("dbt")
    command = [dbt, "--log-format", "json", "--log-path", target, *arguments, *folders]
    faults = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        for line in running.stdout:
            event = json.loads(line) if line.startswith("{") else {"info": {}, "data": {}}
            if event["info"].get("level") == "error":
                faults.append(event["info"]["msg"])
            elif event["info"].get("name") in RESULTS:
                on_node(event["data"]["index"], event["data"].get("total") or event["data"]["num_models"])
    if running.returncode:
        first = " ".join(" ".join(faults[:2]).split()) or f"exit code {running.returncode}"
        raise DbtFailed(f"dbt {arguments[0]} failed: {first}; all of it is in {target / 'dbt.log'}")
