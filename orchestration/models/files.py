"""Where the models lie as `make install` has parsed them, and how a dbt that runs them is told to wait.

Apart from what starts dbt, so that dbt's own process imports nothing else.
"""

from pathlib import Path

PROJECT_DIR = Path(__file__).parents[2] / "dbt_project"
MANIFEST = PROJECT_DIR / "target" / "manifest.json"
PARTIAL_PARSE = "partial_parse.msgpack"
PARSED_MODELS = MANIFEST.with_name(PARTIAL_PARSE)
WHEN_TOLD = "--when-told"
PARSED = ("dbt_project.yml", "macros/**/*", "models/**/*", "tests/**/*")


def models_fault(project: Path = PROJECT_DIR, manifest: Path = MANIFEST) -> str:
    """Return why the models cannot be run as they were parsed, and what to do, in a sentence; or nothing."""
    if not manifest.exists():
        return f"{manifest} is missing: run `make install`, which makes it"
    parsed_at = manifest.stat().st_mtime
    files = [file for pattern in PARSED for file in project.glob(pattern) if file.is_file()]
    changed = sorted(file for file in files if file.stat().st_mtime > parsed_at)
    if changed:
        return f"{changed[0]} was changed since the models were parsed: run `make install`"
    return ""


def engine_variables(engine: str, host: str, port: int) -> dict[str, str]:
    """Return the variables by which the profile of the models knows the engine and a cluster's address."""
    return {"AIRTIME_ENGINE": engine, "AIRTIME_SPARK_HOST": host, "AIRTIME_SPARK_PORT": str(port)}
