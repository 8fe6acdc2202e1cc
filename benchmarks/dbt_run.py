"""`dbt run` as the benchmarks start it: a process of its own, its files beside the warehouse."""

import os
import sys
from pathlib import Path

from ingestion.settings import Settings

_PROJECT = str(Path(__file__).parents[1] / "dbt_project")
DBT_RUN = [
    str(Path(sys.executable).with_name("dbt")),
    "--quiet",
    "run",
    "--project-dir",
    _PROJECT,
    "--profiles-dir",
    _PROJECT,
]


def dbt_environment(settings: Settings) -> dict[str, str]:
    """Return this process's environment with what dbt has to know of a warehouse."""
    return {
        **os.environ,
        "AIRTIME_WAREHOUSE": str(settings.warehouse),
        "AIRTIME_ROWS_AT_ONCE": "0",
        "DBT_TARGET_PATH": str(settings.root / "target"),
        "DBT_LOG_PATH": str(settings.root / "logs"),
    }
