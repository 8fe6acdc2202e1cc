"""When: the job that ingests each platform, `enrich` and `build`, and what starts them."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import dagster as dg

from ingestion.platforms.choice import Platform
from ingestion.platforms.description import TWITCH
from orchestration.assets.enrich import ENRICHMENT
from orchestration.assets.ingest import LOADED
from orchestration.platforms import are_on, first_line, job_name, landed_key

ENRICH = dg.define_asset_job(
    "enrich",
    selection=ENRICHMENT,
    executor_def=dg.in_process_executor,
    description="Names, games, followers and archives, with what Twitch's crawl left of the rate limit.",
)
BUILD = dg.define_asset_job(
    "build",
    selection=dg.AssetSelection.groups("staging", "intermediate", "marts", "publish"),
    executor_def=dg.in_process_executor,
    description="Every model, its tests, the published copy and the exported tables.",
)


def jobs(platforms: Iterable[Platform]) -> list[Any]:
    """Return the jobs: `ingest` of Twitch, one of each other platform, `enrich` and `build`."""
    return [*map(_ingest, platforms), ENRICH, BUILD]


@cache  # to Dagster two of one name are two
def _ingest(platform: Platform) -> Any:
    return dg.define_asset_job(
        job_name(platform.name),
        selection=dg.AssetSelection.assets(landed_key(platform.name), *LOADED),
        executor_def=dg.in_process_executor,
        description=f"One crawl of {platform.title}, landed and loaded.",
    )


def schedules(platforms: Sequence[Platform]) -> list[dg.ScheduleDefinition]:
    """Return the schedules: each platform's at its cadence, `build` every hour; on with what they are for."""
    build = dg.ScheduleDefinition(
        name="build_hourly",
        job=BUILD,
        # at none of the minutes at which crawls of Twitch start as a rule
        cron_schedule="7 * * * *",
        default_status=_schedule_status(are_on(platforms)),
        description="Models, published copy and exports; on by itself once a platform is on.",
    )
    return [*(_every_cadence(one, number) for number, one in enumerate(platforms)), build]


def _every_cadence(platform: Platform, number: int) -> dg.ScheduleDefinition:
    off = f"; off: {first_line(platform.why_off)}" if platform.why_off else ""
    return dg.ScheduleDefinition(
        name=f"{job_name(platform.name)}_every_cadence",
        job=_ingest(platform),
        cron_schedule=_cron(platform.cadence_minutes, number),
        default_status=_schedule_status(not off),
        description=f"A crawl of {platform.title} every {platform.cadence_minutes} minutes{off}",
    )


def _cron(minutes: int, number: int) -> str:
    """Return the minutes of a platform, by its number: they do not all begin at once."""
    first = number % minutes
    if minutes == 60:  # cron's minutes have no step of 60
        return f"{first} * * * *"
    return f"{first}-59/{minutes} * * * *" if first else f"*/{minutes} * * * *"


def sensors(platforms: Iterable[Platform]) -> list[dg.SensorDefinition]:
    """Return the sensor that starts `enrich` after each `ingest`; on once Twitch is.

    A run of its own, and not the last assets of `ingest`, so that neither a slow nor a failed enrichment
    counts as one of the crawl; started by the crawl's end, and not by the clock, so that it never begins
    in the middle of one. It ends by itself before the next crawl is due.
    """
    [twitch] = [one for one in platforms if one.name == TWITCH]

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="enrich_after_ingest",
        monitored_jobs=[_ingest(twitch)],
        request_job=ENRICH,
        default_status=sensor_status(not twitch.why_off),
        description="Starts `enrich` when a crawl of Twitch has ended, with what it left of the rate limit.",
    )
    def enrich_after_ingest(context: dg.RunStatusSensorContext) -> dg.RunRequest:
        return dg.RunRequest(run_key=context.dagster_run.run_id)

    return [enrich_after_ingest]


def sensor_status(is_on: bool) -> dg.DefaultSensorStatus:
    """Return whether a sensor runs by itself."""
    return dg.DefaultSensorStatus.RUNNING if is_on else dg.DefaultSensorStatus.STOPPED


def _schedule_status(is_on: bool) -> dg.DefaultScheduleStatus:
    return dg.DefaultScheduleStatus.RUNNING if is_on else dg.DefaultScheduleStatus.STOPPED
