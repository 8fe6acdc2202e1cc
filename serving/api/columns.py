"""Reads what the models say about the marts' columns."""

import re
from pathlib import Path
from typing import NamedTuple

import yaml

MODELS = Path(__file__).parents[2] / "dbt_project" / "models" / "marts"
DOCS_BLOCK = re.compile(r"{% docs (\w+) %}\s*(.*?)\s*{% enddocs %}", re.DOTALL)
DOCS_REFERENCE = re.compile(r"{{ doc\('(\w+)'\) }}")


class Column(NamedTuple):
    """A column of a mart: its name, its SQL type as the model spells it, and what it means."""

    name: str
    data_type: str
    description: str


def columns_of_marts(models: Path = MODELS) -> dict[str, list[Column]]:
    """Return mart -> its columns, in their order, from the YAML files beside the models."""
    said = dict(DOCS_BLOCK.findall((models / "columns.md").read_text()))
    found = {}
    for path in sorted(models.rglob("*.yml")):
        for model in yaml.safe_load(path.read_text())["models"]:
            found[model["name"]] = [
                Column(
                    column["name"],
                    column["data_type"],
                    DOCS_REFERENCE.sub(lambda match: said[match[1]], column["description"]).strip(),
                )
                for column in model["columns"]
            ]
    return found
