"""Where the tests find the project, and beside it the recorded data that some of them need."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
DBT_PROJECT = PROJECT / "dbt_project"
NOTEBOOKS = PROJECT / "notebooks"
DATA = PROJECT.parent / "shared" / "data"
CASES, ELITE, HELIX = DATA / "cases", DATA / "elite", DATA / "helix"
