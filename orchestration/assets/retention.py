"""The asset of what is kept: old observations and landed crawls are dropped when their days are published."""

from typing import Any

import dagster as dg

from ingestion.clock import utc_now
from ingestion.settings import Settings
from ingestion.warehouse.retention import NotBuilt, NotPruned, Pruned, forget_chat, prune
from orchestration.assets.ingest import WAREHOUSE_POOL
from orchestration.assets.publish import FRESH, PUBLISHED


@dg.asset(
    key=["retention", "pruned"],
    deps=[PUBLISHED],
    group_name="publish",
    kinds={"duckdb", "parquet"},
    pool=WAREHOUSE_POOL,
    freshness_policy=FRESH,
)
def pruned(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """What raw and the landing zone keep no longer: chat of days past, and crawls where the settings say so.

    A crawl of an old day that was loaded since the models were built stops it until the next build, and a
    newest day that is not today's stops it for its platform.
    """
    try:
        dropped = prune(Settings(), utc_now())
    except NotBuilt as waiting:
        context.log.warning(str(waiting))
        dropped = Pruned(0, 0, 0)
    except NotPruned as doubtful:
        context.log.warning(str(doubtful))
        dropped = doubtful.dropped
    chat_records, chat_files = forget_chat(Settings(), utc_now())
    return dg.MaterializeResult(
        metadata={
            "chat_records": chat_records,
            "chat_files": chat_files,
            "observations": dropped.observations,
            "files": dropped.files,
            "bytes": dropped.bytes,
            "raw_retention_days": str(Settings().raw_retention_days or "all"),
            "landing_retention_days": str(Settings().landing_retention_days or "all"),
        }
    )
