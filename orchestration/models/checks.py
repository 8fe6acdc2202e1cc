"""What the models' tests check, as sentences for the people who see them fail."""

import re
from collections.abc import Mapping
from typing import Any

# what each engine spells in its own way
MACRO = re.compile(r"\{\{ (\w+)\('(\w+)'\) \}\}")


def describe_check(test: Mapping[str, Any]) -> str:
    """Return what a dbt test checks; of a test with SQL of its own its name, which is a sentence."""
    metadata = test.get("test_metadata") or {}
    arguments = metadata.get("kwargs", {})
    column = f"`{arguments.get('column_name')}`"
    match metadata.get("name"):
        case "unique_combination":
            return f"No two rows have the same {_listed(arguments['columns'])}, and none of them is null."
        case "equations":
            plain = (MACRO.sub(r"\1(\2)", expression) for expression in arguments["expressions"])
            lines = "\n".join(f"- `{expression}`" for expression in plain)
            return f"True of every row:\n\n{lines}"
        case "accepted_values":
            return f"{column} is one of {_listed(arguments['values'])}."
        case "relationships":
            return f"Every {column} is a `{arguments['field']}` of `{arguments['to']}`."
    sentence = test["name"].replace("_", " ")
    return f"{sentence.capitalize()}.\n\nSQL: `dbt_project/{test['original_file_path']}`"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
