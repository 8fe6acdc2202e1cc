"""Which tests run on one worker, and in what order, so that both workers are busy until the end."""

import pytest
from xdist.scheduler import LoadScopeScheduling

# modules that look at one home, warehouse or parse, which is made once for each worker that needs it
SHARED = {
    "dbt_project/test_disk_full.py": "known worlds",
    "dbt_project/test_edge_cases.py": "known worlds",
    "dbt_project/test_marts_equal_the_reference.py": "known worlds",
    "dbt_project/test_ledger.py": "four days",
    "dbt_project/test_older_raw.py": "four days",
    "dbt_project/test_project_rules.py": "parsed models",
    "dbt_project/test_wrong_clock.py": "four days",
    "notebooks/test_pages.py": "pages",
    "notebooks/test_web.py": "pages",
    "orchestration/test_jobs.py": "demonstration",
    "orchestration/test_rebuild.py": "demonstration",
    "test_story.py": "demonstration",
}
# the longest first
FIRST = (
    "ingestion/cluster/",
    "orchestration/test_jobs.py",
    "dbt_project/test_ledger.py",
    "dbt_project/test_meddling.py",
    "dbt_project/test_rebuilding.py",
    "test_story.py",
    "dbt_project/",
    "orchestration/",
    "notebooks/",
    "ingestion/warehouse/test_disk_full.py",
    "ingestion/warehouse/test_killed.py",
    "benchmarks/",
)


class Sharing(LoadScopeScheduling):
    """Gives a worker a module at a time, or all modules that share something."""

    def _split_scope(self, nodeid: str) -> str:
        module = module_of(nodeid)
        return SHARED.get(module, module)


def module_of(nodeid: str) -> str:
    """Return the file of a test, below `tests`."""
    return nodeid.partition("::")[0].removeprefix("tests/")


def longest_first(items: list[pytest.Item]) -> None:
    """Put the tests into the order of FIRST; the others keep theirs."""

    def place(item: pytest.Item) -> int:
        module = module_of(item.nodeid)
        return next((number for number, name in enumerate(FIRST) if module.startswith(name)), len(FIRST))

    items.sort(key=place)
