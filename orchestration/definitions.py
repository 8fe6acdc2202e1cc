"""The table of contents of everything that Dagster schedules."""

import dagster as dg

from ingestion.settings import Settings
from orchestration.alerts import alerts
from orchestration.assets.audit import crawl_is_in_line
from orchestration.assets.crawls import landed_streams, sources
from orchestration.assets.enrich import ENRICHED, OVERRIDES
from orchestration.assets.ingest import LANDED_BY_HAND, load_landed
from orchestration.assets.publish import exported_tables, published
from orchestration.assets.retention import pruned
from orchestration.assets.transform import dbt, models
from orchestration.platforms import known_platforms
from orchestration.schedules import jobs, schedules, sensors


@dg.definitions
def airtime() -> dg.Definitions:
    """Collect, land, load, enrich, model, publish."""
    platforms, build_models = known_platforms(Settings()), models()
    crawls = [landed_streams(platform) for platform in platforms]
    marts = [spec.key for spec in build_models.specs if spec.group_name == "marts"]
    return dg.Definitions(
        assets=[
            *(*sources(platforms), *LANDED_BY_HAND, OVERRIDES),
            *(*crawls, load_landed(crawl.key for crawl in crawls), *ENRICHED),
            *(build_models, published(marts), exported_tables, pruned),
        ],
        asset_checks=[crawl_is_in_line(platform) for platform in platforms],
        jobs=jobs(platforms),
        schedules=schedules(platforms),
        sensors=[*sensors(platforms), *alerts(platforms)],
        resources={"dbt": dbt(), "memory": dg.mem_io_manager},
    )
