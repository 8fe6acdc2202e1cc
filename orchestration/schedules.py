"""When: the jobs of platforms and tracked services, `load`, `enrich` and `build`, and what starts them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

import dagster as dg

from ingestion.clock import epoch_seconds, utc_now
from ingestion.csv_list import BadList
from ingestion.platforms.choice import Platform
from ingestion.platforms.description import TWITCH
from ingestion.settings import Settings
from ingestion.sources.services import TrackedService, is_any_due
from orchestration.assets.enrich import ENRICHMENT
from orchestration.assets.ingest import LOADED
from orchestration.platforms import are_on, first_line, job_name, landed_key
from orchestration.services import LOAD, landed_answers_key, track_job_name

# minutes between two looks at what is due, of which an hour has a whole number
STEPS = (60, 30, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1)
# whoever asks each minute waits so long after a run that failed
SECONDS_AFTER_A_FAILURE = 300

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


LOADS = dg.define_asset_job(
    LOAD,
    selection=dg.AssetSelection.assets(*LOADED),
    executor_def=dg.in_process_executor,
    description="Every landed file that raw does not hold yet: answers of tracked services are loaded by it.",
)


def jobs(platforms: Iterable[Platform], services: Sequence[TrackedService]) -> list[Any]:
    """Return the jobs: one of each platform and tracked service, `load` with these, `enrich` and `build`."""
    return [*map(_ingest, platforms), *map(_track, services), *([LOADS] if services else []), ENRICH, BUILD]


@cache  # to Dagster two of one name are two
def _ingest(platform: Platform) -> Any:
    return dg.define_asset_job(
        job_name(platform.name),
        selection=dg.AssetSelection.assets(landed_key(platform.name), *LOADED),
        executor_def=dg.in_process_executor,
        description=f"One crawl of {platform.title}, landed and loaded.",
    )


@cache
def _track(service: TrackedService) -> Any:
    return dg.define_asset_job(
        track_job_name(service.name),
        selection=dg.AssetSelection.assets(landed_answers_key(service.name)),
        executor_def=dg.in_process_executor,
        description=f"Asks {service.title} for the tracked items that are due, and lands its answers.",
    )


def schedules(
    platforms: Sequence[Platform], services: Sequence[TrackedService] = ()
) -> list[dg.ScheduleDefinition]:
    """Return the schedules: each platform's and service's at its cadence, `load` and `build` every hour.

    They are on with what they are for.
    """
    load = dg.ScheduleDefinition(
        name="load_hourly",
        job=LOADS,
        cron_schedule="6 * * * *",  # just before the build
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Loads what tracked services have answered.",
    )
    build = dg.ScheduleDefinition(
        name="build_hourly",
        job=BUILD,
        # at none of the minutes at which crawls of Twitch start as a rule
        cron_schedule="7 * * * *",
        default_status=_schedule_status(are_on(platforms) or bool(services)),
        description="Models, published copy and exports; on once a platform is or something is tracked.",
    )
    crawls = [_every_cadence(one, number) for number, one in enumerate(platforms)]
    asked = [_when_due(one, number) for number, one in enumerate(services, len(crawls))]
    return [*crawls, *asked, *([load] if services else []), build]


def _every_cadence(platform: Platform, number: int) -> dg.ScheduleDefinition:
    off = f"; off: {first_line(platform.why_off)}" if platform.why_off else ""
    return dg.ScheduleDefinition(
        name=f"{job_name(platform.name)}_every_cadence",
        job=_ingest(platform),
        cron_schedule=_cron(platform.cadence_minutes, number),
        default_status=_schedule_status(not off),
        description=f"A crawl of {platform.title} every {platform.cadence_minutes} minutes{off}",
    )


def _when_due(service: TrackedService, number: int) -> dg.ScheduleDefinition:
    minutes = next((step for step in STEPS if timedelta(minutes=step) <= service.every), STEPS[-1])
    job = track_job_name(service.name)

    @dg.schedule(
        name=f"{job}_when_due",
        job=_track(service),
        cron_schedule=_cron(minutes, number),
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Asks {service.title} if anything in tracked.csv is due; looks every {minutes} minutes.",
    )
    def when_due(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        reason = _why_not_now(context.instance, job, service.name)
        return dg.SkipReason(reason) if reason else dg.RunRequest()

    return when_due


def _why_not_now(instance: dg.DagsterInstance, job: str, service: str) -> str:
    """Return why a service is not asked now, "" where it is."""
    now = utc_now()
    for newest in instance.get_run_records(dg.RunsFilter(job_name=job), limit=1):
        if not newest.dagster_run.is_finished:
            return "the last run has not ended"
        since = epoch_seconds(now) - (newest.end_time or 0)
        if not newest.dagster_run.is_success and since < SECONDS_AFTER_A_FAILURE:
            return f"the last run failed {since:.0f} s ago; the next begins after {SECONDS_AFTER_A_FAILURE} s"
    try:
        return "" if is_any_due(Settings(), service, now) else "nothing is due"
    except BadList:  # of which a run tells
        return ""


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
