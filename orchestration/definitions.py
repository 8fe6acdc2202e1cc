"""The table of contents of everything that Dagster schedules."""

import dagster as dg

from ingestion.settings import Settings
from orchestration.alerts import alerts
from orchestration.assets.audit import crawl_is_in_line
from orchestration.assets.enrich import ENRICHED, OVERRIDES
from orchestration.assets.ingest import IMPORTS, PLATFORMS, landed_streams, load_landed
from orchestration.assets.publish import exported_tables, published
from orchestration.assets.retention import pruned
from orchestration.assets.transform import dbt, models
from orchestration.schedules import BUILD, ENRICH, INGEST, schedules, sensors


@dg.definitions
def airtime() -> dg.Definitions:
    """Collect, land, load, enrich, model, publish."""
    build_models = models()
    marts = [spec.key for spec in build_models.specs if spec.group_name == "marts"]
    return dg.Definitions(
        assets=[
            *PLATFORMS,
            IMPORTS,
            OVERRIDES,
            landed_streams,
            load_landed,
            *ENRICHED,
            build_models,
            published(marts),
            exported_tables,
            pruned,
        ],
        asset_checks=[crawl_is_in_line],
        jobs=[INGEST, ENRICH, BUILD],
        schedules=schedules(Settings()),
        sensors=[*sensors(Settings()), *alerts(Settings())],
        resources={"dbt": dbt(), "memory": dg.mem_io_manager},
    )
