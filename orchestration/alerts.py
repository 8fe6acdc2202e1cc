"""When somebody is told: a run that fails, a check that does not pass, an asset that gets stale."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from ingestion.alerts import Alert, send
from ingestion.clock import utc_now
from ingestion.platforms.choice import Platform, platforms
from ingestion.settings import Settings
from ingestion.sources.services import TrackedService
from orchestration.assets.publish import EXPORTED, FRESH, PUBLISHED
from orchestration.dead_runs import runs_without_process
from orchestration.failures import cause
from orchestration.platforms import are_on, landed_key
from orchestration.schedules import sensor_status
from orchestration.services import known_services, landed_answers_key

LOOK_SECONDS = 60
# a run may have been followed by others until its checks are looked at
CHECKS_BACK = 25
FRESHNESS_SECONDS = 300


def alerts(
    platforms: Iterable[Platform], services: Sequence[TrackedService] = ()
) -> list[dg.SensorDefinition]:
    """Return the sensors that alerts need; that of freshness is on when `build_hourly` is."""
    stale = dg.sensor(
        name="alert_when_stale",
        minimum_interval_seconds=FRESHNESS_SECONDS,
        default_status=sensor_status(are_on(platforms) or bool(services)),
        description="Tells once of each asset that has got too old, and again when it got so anew.",
    )(tell_of_staleness)
    return [runs_without_process, alert_when_a_run_fails, alert_when_a_check_fails, stale]


@dg.run_failure_sensor(
    minimum_interval_seconds=LOOK_SECONDS,
    monitor_all_code_locations=True,  # a run of the command line belongs to none
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells of each failed run: alerts.ndjson, and AIRTIME_ALERT_URL if it is set.",
)
def alert_when_a_run_fails(context: dg.RunFailureSensorContext) -> None:
    """Sends one alert per failed run, with the first step that failed and why."""
    run = context.dagster_run
    failed = [event for event in context.get_step_failure_events() if event.step_failure_data.error]
    step = f", step {failed[0].step_key}" if failed else ""
    problem = cause(failed[0]) if failed else context.failure_event.message
    _send(context, "run_failed", f"job {run.job_name}{step}", problem or "failed", f"runs/{run.run_id}")


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    minimum_interval_seconds=LOOK_SECONDS,
    monitor_all_code_locations=True,  # a run of the command line belongs to none
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells of checks that did not pass in a run that ended well, such as a crawl out of line.",
)
def alert_when_a_check_fails(context: dg.RunStatusSensorContext) -> None:
    """Sends one alert per check that only warned, unless it said the same the last time.

    A check that fails its run is told of with the run.
    """
    run_id = context.dagster_run.run_id
    events = context.instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    for event in events:
        check = event.get_dagster_event().event_specific_data
        if isinstance(check, dg.AssetCheckEvaluation) and not check.passed:
            if _is_told_of(context.instance, check, run_id):
                continue
            subject = f"check {check.check_name} of {check.asset_key.to_user_string()}"
            _send(context, "check_failed", subject, check.description or "did not pass", f"runs/{run_id}")


def _is_told_of(instance: dg.DagsterInstance, check: dg.AssetCheckEvaluation, run_id: str) -> bool:
    """Return whether a check said the same in the last run before this one."""
    made = instance.event_log_storage.get_asset_check_execution_history(
        dg.AssetCheckKey(check.asset_key, check.check_name), limit=CHECKS_BACK
    )
    runs = [one.run_id for one in made]
    before = made[runs.index(run_id) + 1 :] if run_id in runs else []
    if not before or before[0].event is None:
        return False
    last = before[0].event.get_dagster_event().event_specific_data
    if not isinstance(last, dg.AssetCheckEvaluation) or last.passed:
        return False
    return last.description == check.description


def tell_of_staleness(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Sends one alert per asset whose newest materialization is older than it may get.

    Those are the crawls of each platform that is on, the answers of each tracked service, the published copy
    and the exports. The cursor remembers
    of which materialization was told, so that nobody is told twice.
    """
    told = json.loads(context.cursor or "{}")
    for key, longest in _watched(Settings()).items():
        newest = context.instance.get_latest_materialization_event(key)
        made = newest.timestamp if newest else None
        name = key.to_user_string()
        if made and made != told.get(name):
            age = utc_now() - datetime.fromtimestamp(made, UTC).replace(tzinfo=None)
            if age > longest:
                problem = f"made {age // timedelta(minutes=1)} minutes ago, which is too long"
                _send(context, "stale", name, problem, f"assets/{name}")
                told[name] = made
    context.update_cursor(json.dumps(told))
    return dg.SkipReason("looked at the ages; nothing is ever run from here")


def _watched(settings: Settings) -> dict[dg.AssetKey, timedelta]:
    on = [one for one in platforms(settings).values() if not one.why_off]
    crawls = {landed_key(one.name): one.longest_silence for one in on}
    silences = {landed_answers_key(one.name): one.longest_silence for one in known_services(settings)}
    answers = {key: longest for key, longest in silences.items() if longest}
    return {**crawls, **answers, **dict.fromkeys((PUBLISHED, EXPORTED), FRESH.fail_window.to_timedelta())}


def _send(context: Any, kind: str, subject: str, problem: str, path: str) -> None:
    settings = Settings()
    alert = Alert(utc_now(), kind, subject, problem, f"{settings.ui_url}/{path}")
    context.log.info(f"{subject}: {send(settings, alert)}")
