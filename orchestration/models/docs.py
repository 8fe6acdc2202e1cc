"""The description of every model, column and test as one static HTML file."""

import shutil
from pathlib import Path

from ingestion.settings import Settings
from orchestration.models.command import run_dbt


def write_docs(settings: Settings) -> Path:
    """Write `AIRTIME_HOME/docs/index.html` and return its path; it opens no warehouse and needs no network.

    Raises:
        DbtFailed: dbt refused the project.
    """
    folder = settings.root / "docs"
    target = folder / "dbt"
    folder.mkdir(parents=True, exist_ok=True)
    run_dbt(["parse"], ":memory:", target)
    run_dbt(["docs", "generate", "--static", "--empty-catalog", "--no-compile"], ":memory:", target)
    page = folder / "index.html"
    (target / "static_index.html").replace(page)
    shutil.rmtree(target)
    return page
