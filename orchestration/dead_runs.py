"""Runs whose process is gone: Dagster would count them as running, and their turn at the warehouse as taken.

A killed process, or a machine without power, tells nobody. All jobs run in one process each, which their
event log names, so a run lives exactly as long as that process.
"""

import dagster as dg
from dagster import DagsterEventType, DagsterRun, DagsterRunStatus

from ingestion.processes import began_at

LOOK_SECONDS = 60
# How far the clock may have been set between a run's start and now.
CLOCK_SECONDS = 60


def end_dead_runs(instance: dg.DagsterInstance) -> list[DagsterRun]:
    """Mark started runs without a process as failed, free what ended runs hold; return those marked."""
    started = dg.RunsFilter(statuses=[DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING])
    dead = []
    for record in instance.get_run_records(started):
        run = record.dagster_run
        pid = _pid(instance, run.run_id)
        # a run that ended well since it was listed has no process either
        if pid and not _lives(pid, record.start_time) and not _is_finished(instance, run.run_id):
            said = f"process {pid} is gone, killed or stopped with the machine: run the job again"
            instance.report_run_failed(run, said)
            dead.append(run)
    _free_pools(instance)
    return dead


@dg.sensor(
    minimum_interval_seconds=LOOK_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Marks a run as failed whose process was killed, so that others get their turn.",
)
def runs_without_process(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Ends dead runs; the alert of failed runs tells of them."""
    dead = end_dead_runs(context.instance)
    return dg.SkipReason(f"ended: {', '.join(run.run_id for run in dead)}" if dead else "every run lives")


def _pid(instance: dg.DagsterInstance, run_id: str) -> int | None:
    for event in instance.all_logs(run_id, of_type=DagsterEventType.ENGINE_EVENT):
        pid = event.get_dagster_event().engine_event_data.metadata.get("pid")
        if pid is not None:
            return int(str(pid.value))
    return None


def _lives(pid: int, since: float | None) -> bool:
    """Say whether process `pid` runs and is old enough to be the one of a run started at `since`."""
    began = began_at(pid)
    return began is not None and (since is None or began <= since + CLOCK_SECONDS)


def _is_finished(instance: dg.DagsterInstance, run_id: str) -> bool:
    run = instance.get_run_by_id(run_id)
    return run is None or run.is_finished


def _free_pools(instance: dg.DagsterInstance) -> None:
    storage = instance.event_log_storage
    for run_id in storage.get_concurrency_run_ids():
        if _is_finished(instance, run_id):
            storage.free_concurrency_slots_for_run(run_id)
