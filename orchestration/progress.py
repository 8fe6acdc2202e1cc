"""Shows a job's progress on a terminal: what is running, how far, how long."""

import logging
from datetime import datetime

import dagster as dg
from dagster import DagsterEvent, DagsterEventType
from rich.console import Console
from rich.status import Status

from orchestration.failures import sentence

ASSETS_PER_LINE = 20
NOT_RUN = "Dependencies for step "
# dbt's own account goes to dagster/dbt.log; what is shown of a talkative step begins with these words
TALKATIVE = {"build_models": "built "}


class _Progress(logging.Handler):
    """Turns Dagster's log records into a status line and one line per finished step."""

    def __init__(self, console: Console, status: Status) -> None:
        super().__init__()
        self.console, self.status = console, status
        self.started: dict[str, datetime] = {}
        self.assets: dict[str, int] = {}

    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", {})
        event = meta.get("dagster_event")
        step, at = meta.get("step_key") or "", datetime.fromtimestamp(record.created)
        if isinstance(event, DagsterEvent):
            self._event(event, step, at)
        elif record.levelno >= logging.INFO and step:
            said = meta.get("orig_message", record.getMessage())
            if said.startswith(NOT_RUN):
                said = "not run, because what it is made from failed"
            if said.startswith(TALKATIVE.get(step, "")):
                self.console.print(f"  {step}: {said}")

    def _event(self, event: DagsterEvent, step: str, at: datetime) -> None:
        self.started.setdefault(step, at)
        seconds = (at - self.started[step]).total_seconds()
        if event.event_type == DagsterEventType.STEP_START:
            self.started[step] = at
            self.status.update(f"{step} ..")
        elif event.event_type == DagsterEventType.ENGINE_EVENT and "pool" in event.engine_event_data.metadata:
            self.console.print(f"  {step}: waits until another run has done with the warehouse")
        elif event.event_type == DagsterEventType.ASSET_MATERIALIZATION:
            self.assets[step] = self.assets.get(step, 0) + 1
            self._show_how_far(f"{step}: {self.assets[step]} assets, {seconds:.0f} s", self.assets[step])
        elif event.event_type == DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if not check.passed:
                self.console.print(f"  {step}: check {check.check_name} of {check.asset_key.path[-1]} failed")
        elif event.event_type == DagsterEventType.STEP_SUCCESS:
            self.console.print(f"  {step}: {self.assets.get(step, 0)} assets in {seconds:.1f} s")
        elif event.event_type == DagsterEventType.STEP_FAILURE:
            said = f"  {step}: failed after {seconds:.1f} s. {sentence(event)}"
            self.console.print(said, soft_wrap=True)

    def _show_how_far(self, how_far: str, assets: int) -> None:
        self.status.update(how_far)
        if not self.console.is_terminal and assets % ASSETS_PER_LINE == 0:
            self.console.print(f"  {how_far}")


def progress_logger(console: Console, status: Status) -> dg.LoggerDefinition:
    """Return the logger of a job whose progress `status` shows."""

    def made(_: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("airtime", logging.DEBUG)
        logger.addHandler(_Progress(console, status))
        return logger

    return dg.LoggerDefinition(made, description="Progress on a terminal.")
