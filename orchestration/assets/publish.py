"""The assets that readers use: the published copy of the marts and the exported tables."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import dagster as dg

from ingestion.clock import utc_now
from ingestion.settings import Settings
from orchestration.assets.ingest import WAREHOUSE_POOL
from orchestration.models.metadata import WEB
from serving.exports.everything import export
from serving.publish import publish

PUBLISHED = dg.AssetKey(["published", "airtime"])
EXPORTED = dg.AssetKey(["exports", "tables"])
FRESH = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=6), warn_window=timedelta(hours=2))


def published(marts: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """Return the asset of the published copy, downstream of every mart."""

    @dg.asset(
        key=PUBLISHED,
        deps=list(marts),
        group_name="publish",
        kinds={"duckdb"},
        metadata={"pages": dg.MetadataValue.url(WEB)},
        pool=WAREHOUSE_POOL,
        freshness_policy=FRESH,
    )
    def published_copy(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        """`published/airtime.duckdb`: the marts, which every reader opens; swapped in by one rename."""
        settings = Settings()
        publication = publish(settings.warehouse, settings.published, published_at=utc_now())
        context.log.info(f"version {publication['version'][:12]}")
        return dg.MaterializeResult(
            metadata={
                "version": publication["version"],
                "bytes": publication["bytes"],
                "dagster/row_count": sum(publication["rows"].values()),
                "rows": dg.MetadataValue.md(_table(publication["rows"])),
                "source_crawls": dg.MetadataValue.json(
                    {name: at.isoformat() for name, at in publication["source_crawls"].items()}
                ),
            }
        )

    return published_copy


def _table(rows: dict[str, int]) -> str:
    return "\n".join(["| mart | rows |", "| --- | ---: |", *(f"| {m} | {n:,} |" for m, n in rows.items())])


@dg.asset(
    key=EXPORTED,
    deps=[PUBLISHED],
    group_name="publish",
    kinds={"csv", "parquet", "excel"},
    freshness_policy=FRESH,
)
def exported_tables(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """`exports/<mart>/`: every mart as CSV, Parquet and NDJSON, with what its columns are.

    Beside them `rankings.xlsx`, the current rankings as a workbook, and `report.html`, the same to be mailed.
    """
    settings = Settings()
    exported = export(settings.published, settings.root / "exports")
    context.log.info(f"{len(exported)} marts")
    files = [file for manifest in exported.values() for file in manifest["files"].values()]
    return dg.MaterializeResult(
        metadata={
            "files": len(files),
            "bytes": sum(file["bytes"] for file in files),
            "folder": dg.MetadataValue.path(str(settings.root / "exports")),
            "workbook": dg.MetadataValue.path(str(settings.root / "exports" / "rankings.xlsx")),
            "report": dg.MetadataValue.path(str(settings.root / "exports" / "report.html")),
        }
    )
