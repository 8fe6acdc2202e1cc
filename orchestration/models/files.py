"""Where the models lie as `make install` has parsed them, and how a dbt that runs them is told to wait.

Apart from what starts dbt, so that dbt's own process imports nothing else.
"""

from pathlib import Path

PROJECT_DIR = Path(__file__).parents[2] / "dbt_project"
MANIFEST = PROJECT_DIR / "target" / "manifest.json"
PARTIAL_PARSE = "partial_parse.msgpack"
PARSED_MODELS = MANIFEST.with_name(PARTIAL_PARSE)
WHEN_TOLD = "--when-told"
