"""What the UI shows of each built model besides its success: rows, first rows, columns, their origins."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt.errors import DagsterDbtError

from orchestration.models.lineage import Lineage
from serving.pages.frame import PAGES
from serving.previews import MartPreview

MARTS = "marts"
# where `make web` shows each mart
PAGE_OF = {mart: page.name for page in PAGES for mart in page.marts}
WEB = "http://127.0.0.1:8080"


def page_of(mart: str) -> dict[str, dg.MetadataValue]:
    """Return the link to the page that shows a mart, as metadata; it answers while `make web` runs."""
    return {"page": dg.MetadataValue.url(f"{WEB}/{PAGE_OF[mart]}")} if mart in PAGE_OF else {}


def add_metadata(
    events: Iterable[Any], lineage: Lineage, look: Callable[[], Mapping[str, MartPreview]]
) -> Iterator[Any]:
    """Yield dbt's events with what the UI shows of each model.

    What is about marts comes last, because only then the warehouse can be looked at: `look` is called once,
    when dbt has ended, well or not.
    """
    held, failed = [], None
    try:
        for event in events:
            if _layer(event, lineage) == MARTS:
                held.append(event)
            else:
                yield _with_columns(event, lineage)
    except DagsterDbtError as error:
        failed = error
    looks = look() if held else {}
    for event in held:
        yield _with_look(_with_columns(event, lineage), looks)
    if failed:
        raise failed


def _layer(event: Any, lineage: Lineage) -> str | None:
    if isinstance(event, dg.Output):
        return str(lineage.manifest["nodes"][_unique_id(event)]["fqn"][1])
    return event.asset_key.path[0] if isinstance(event, dg.AssetCheckResult) and event.asset_key else None


def _unique_id(event: dg.Output[Any]) -> str:
    return str(event.metadata["unique_id"].value)


def _with_columns(event: Any, lineage: Lineage) -> Any:
    if not isinstance(event, dg.Output):
        return event
    unique_id = _unique_id(event)
    columns = [
        dg.TableColumn(name, type_, description=_description(lineage.manifest, unique_id, name))
        for name, type_ in lineage.columns(unique_id).items()
    ]
    metadata: dict[str, Any] = {**event.metadata, "dagster/column_schema": dg.TableSchema(columns)}
    origins = lineage.origins(unique_id)
    if origins:
        metadata |= {"dagster/column_lineage": origins, "columns_from": _table(origins)}
    return event.with_metadata(metadata)


def _table(origins: dg.TableColumnLineage) -> dg.MetadataValue:
    """Return the origins as Markdown, because the UI itself draws only those of assets."""
    rows = [
        f"| {column} | {', '.join(f'{dep.asset_key.path[-1]}.{dep.column_name}' for dep in deps)} |"
        for column, deps in origins.deps_by_column.items()
    ]
    return dg.MetadataValue.md("\n".join(["| column | from |", "| --- | --- |", *rows]))


def _description(manifest: Mapping[str, Any], unique_id: str, column: str) -> str | None:
    """Return what the model says of a column, else what columns.md says of all columns of that name."""
    own: str | None = manifest["nodes"][unique_id]["columns"].get(column, {}).get("description")
    return own or manifest["docs"].get(f"doc.airtime.{column}", {}).get("block_contents")


def _with_look(event: Any, looks: Mapping[str, MartPreview]) -> Any:
    if not isinstance(event, dg.Output):
        return event
    mart = _unique_id(event).rpartition(".")[2]
    look = looks.get(mart)
    if look is None:
        return event
    preview = {"preview": dg.MetadataValue.md(look.preview)} if look.preview else {}
    return event.with_metadata({**event.metadata, "dagster/row_count": look.rows, **preview, **page_of(mart)})
