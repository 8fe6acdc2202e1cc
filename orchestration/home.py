"""Dagster's home: a folder below AIRTIME_HOME with the instance's settings."""

import os
import shutil
from pathlib import Path

from ingestion.settings import Settings

INSTANCE_SETTINGS = Path(__file__).with_name("dagster.yaml")
WORKSPACE = Path(__file__).with_name("workspace.yaml")


def prepare_home(settings: Settings) -> Path:
    """Make `AIRTIME_HOME/dagster` Dagster's home for this process and its children; return it."""
    home = settings.root / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(INSTANCE_SETTINGS, home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(home)
    return home
