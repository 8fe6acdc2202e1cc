"""The table of contents of everything that Dagster schedules."""

import dagster as dg

from ingestion.settings import Settings
from orchestration.alerts import alerts
from orchestration.assets.audit import crawl_is_in_line
from orchestration.assets.crawls import IMPORTS, landed_streams, sources
from orchestration.assets.enrich import ENRICHED, OVERRIDES
from orchestration.assets.ingest import LANDED_CHAT, load_landed
from orchestration.assets.publish import exported_tables, published
from orchestration.assets.retention import pruned
from orchestration.assets.tracked import asked_services, landed_answers
from orchestration.assets.transform import dbt, models
from orchestration.platforms import known_platforms
from orchestration.schedules import jobs, schedules, sensors
from orchestration.services import known_services


@dg.definitions
def airtime() -> dg.Definitions:
    """Collect, land, load, enrich, model, publish."""
    settings, build_models = Settings(), models()
    platforms, services = known_platforms(settings), known_services(settings)
    crawls = [landed_streams(platform) for platform in platforms]
    marts = [spec.key for spec in build_models.specs if spec.group_name == "marts"]
    return dg.Definitions(
        assets=[
            *(*sources(platforms), *asked_services(services), IMPORTS, LANDED_CHAT, OVERRIDES),
            *(*crawls, *map(landed_answers, services), load_landed(crawl.key for crawl in crawls), *ENRICHED),
            *(build_models, published(marts), exported_tables, pruned),
        ],
        asset_checks=[crawl_is_in_line(platform) for platform in platforms],
        jobs=jobs(platforms, services),
        schedules=schedules(platforms, services),
        sensors=[*sensors(platforms), *alerts(platforms, services)],
        resources={"dbt": dbt(), "memory": dg.mem_io_manager},
    )
