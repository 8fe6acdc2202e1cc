"""What failed in a run, in sentences: the steps that failed, each with what was raised first."""

import re
from collections.abc import Iterable

import dagster as dg


def failures(events: Iterable[dg.DagsterEvent]) -> list[str]:
    """Return a sentence for each step that failed, of the events of a run."""
    failed = [event for event in events if event.event_type == dg.DagsterEventType.STEP_FAILURE]
    return [f"{event.step_key.rpartition('.')[2]}: {sentence(event)}" for event in failed]


def sentence(failure: dg.DagsterEvent) -> str:
    """Return the message of what was raised first, without the exception's name."""
    return re.sub(r"^\w+: ", "", cause(failure))


def cause(failure: dg.DagsterEvent) -> str:
    """Return what was raised first, `MissingSetting: ..`, without the module's name."""
    error = failure.step_failure_data.error
    if not error:
        return failure.message or "failed"
    while error.cause:
        error = error.cause
    return re.sub(r"^(\w+\.)+(?=\w+:)", "", error.message.strip())
