"""Where the models lie as `make install` has parsed them, and how a dbt that runs them is told to wait.

Apart from what starts dbt, so that dbt's own process imports nothing else. As a command it ends with 1 where
the models have to be parsed, or as `list` prints what an installation keeps of the files that it parses.
"""

import sys
from hashlib import sha256
from pathlib import Path

PROJECT_DIR = Path(__file__).parents[2] / "dbt_project"
MANIFEST = PROJECT_DIR / "target" / "manifest.json"
PARTIAL_PARSE = "partial_parse.msgpack"
PARSED_MODELS = MANIFEST.with_name(PARTIAL_PARSE)
WHEN_TOLD = "--when-told"
SOURCES = "sources.sha256"  # beside the manifest: what it was made of, as sha256sum lists it
PARSED = ("dbt_project.yml", "profiles.yml", "macros/**/*", "models/**/*", "tests/**/*")


def models_fault(project: Path = PROJECT_DIR) -> str:
    """Return why the models cannot be run as they were parsed, and what to do, in a sentence; or nothing.

    Names and contents count: times are old where a file was moved, or came from a copy.
    """
    target = project / "target"
    for needed in (target / MANIFEST.name, target / SOURCES):
        if not needed.exists():
            return f"{needed} is missing: run `make install`, which makes it"
    changed = set(sources(project)).symmetric_difference((target / SOURCES).read_text().splitlines())
    if changed:
        name = min(line.split("  ", 1)[1] for line in changed)
        what = "changed" if (project / name).exists() else "removed"
        return f"{project / name} was {what} since the models were parsed: run `make install`"
    return ""


def sources(project: Path = PROJECT_DIR) -> list[str]:
    """Return the checksum and the name of each file that is parsed, a line for each."""
    files = sorted(file for pattern in PARSED for file in project.glob(pattern) if file.is_file())
    return [f"{sha256(file.read_bytes()).hexdigest()}  {file.relative_to(project)}" for file in files]


def engine_variables(engine: str, host: str, port: int) -> dict[str, str]:
    """Return the variables by which the profile of the models knows the engine and a cluster's address."""
    return {"AIRTIME_ENGINE": engine, "AIRTIME_SPARK_HOST": host, "AIRTIME_SPARK_PORT": str(port)}


if __name__ == "__main__":
    if sys.argv[1:] == ["list"]:
        sys.stdout.writelines(f"{line}\n" for line in sources())
    else:
        sys.exit(bool(models_fault()))
