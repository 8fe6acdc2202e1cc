"""Stands in for dbt's adapter while sqlfluff renders the models: DuckDB's spelling of every macro."""

from collections.abc import Callable

from jinja2 import pass_context
from jinja2.runtime import Context


@pass_context
def dispatch(context: Context, name: str) -> Callable[..., str]:
    """Return the DuckDB spelling of the macro `name` from the file that asks.

    Raises:
        KeyError: the file has no such spelling.
    """
    return context[f"duckdb__{name}"]
