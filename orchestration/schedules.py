"""When: the jobs `ingest`, `enrich` and `build`, and what starts them."""

import dagster as dg

from ingestion.settings import Settings
from orchestration.assets.enrich import ENRICHMENT

INGEST = dg.define_asset_job(
    "ingest",
    selection=dg.AssetSelection.groups("land", "raw") - ENRICHMENT,
    executor_def=dg.in_process_executor,
    description="One crawl, landed and loaded.",
)
ENRICH = dg.define_asset_job(
    "enrich",
    selection=ENRICHMENT,
    executor_def=dg.in_process_executor,
    description="Names, games, followers and archives, with what the crawl left of the rate limit.",
)
BUILD = dg.define_asset_job(
    "build",
    selection=dg.AssetSelection.groups("staging", "intermediate", "marts", "publish"),
    executor_def=dg.in_process_executor,
    description="Every model, its tests, the published copy and the exported tables.",
)


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """Return the schedules: `ingest` every cadence, `build` every hour; on once there are credentials."""
    minutes = settings.cadence_minutes
    status = (
        dg.DefaultScheduleStatus.RUNNING if _has_credentials(settings) else dg.DefaultScheduleStatus.STOPPED
    )
    return [
        dg.ScheduleDefinition(
            name="ingest_every_cadence",
            job=INGEST,
            # cron's minutes have no step of 60
            cron_schedule=f"*/{minutes} * * * *" if minutes < 60 else "0 * * * *",
            default_status=status,
            description="A crawl every AIRTIME_CADENCE_MINUTES; on by itself once there are credentials.",
        ),
        dg.ScheduleDefinition(
            name="build_hourly",
            job=BUILD,
            # at none of the minutes at which crawls start as a rule
            cron_schedule="7 * * * *",
            default_status=status,
            description="Models, published copy and exports; on by itself once there are credentials.",
        ),
    ]


def sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """Return the sensor that starts `enrich` after each `ingest`; on once there are credentials.

    A run of its own, and not the last assets of `ingest`, so that neither a slow nor a failed enrichment
    counts as one of the crawl; started by the crawl's end, and not by the clock, so that it never begins
    in the middle of one. It ends by itself before the next crawl is due.
    """

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="enrich_after_ingest",
        monitored_jobs=[INGEST],
        request_job=ENRICH,
        default_status=sensor_status(settings),
        description="Starts `enrich` when a crawl has ended, with what it left of the rate limit.",
    )
    def enrich_after_ingest(context: dg.RunStatusSensorContext) -> dg.RunRequest:
        return dg.RunRequest(run_key=context.dagster_run.run_id)

    return [enrich_after_ingest]


def sensor_status(settings: Settings) -> dg.DefaultSensorStatus:
    """Return RUNNING once there are credentials."""
    return dg.DefaultSensorStatus.RUNNING if _has_credentials(settings) else dg.DefaultSensorStatus.STOPPED


def _has_credentials(settings: Settings) -> bool:
    return bool(settings.twitch_client_id and settings.twitch_client_secret.get_secret_value())
