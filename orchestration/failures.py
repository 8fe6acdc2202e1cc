"""What failed in a run, in sentences: the steps that failed, each with what was raised first."""

import re
from collections.abc import Iterable, Iterator

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from ingestion.exits import NO_SPACE, full_disk
from ingestion.settings import Settings
from orchestration.models.command import REFUSED

OURS = re.compile(r"(ingestion|serving|orchestration)\.")


def failures(events: Iterable[dg.DagsterEvent]) -> list[str]:
    """Return a sentence for each step that failed, of the events of a run."""
    failed = [event for event in events if event.event_type == dg.DagsterEventType.STEP_FAILURE]
    return [f"{(event.step_key or 'run').rpartition('.')[2]}: {sentence(event)}" for event in failed]


def sentence(failure: dg.DagsterEvent) -> str:
    """Return the message of what was raised first, without the exception's name.

    Of what dbt has printed it is the last line; a disk that is full is said as such, whoever met it.
    """
    told = re.sub(r"^\w+: ", "", cause(failure))
    if NO_SPACE.search(told):
        return full_disk(Settings().root)
    if refused := REFUSED.search(told):
        return refused[1]
    return told.splitlines()[-1] if "Traceback (most recent call last)" in told else told


def cause(failure: dg.DagsterEvent) -> str:
    """Return what was raised first, `MissingSetting: ..`, without the module's name.

    What airtime has put into a sentence stands for what lies under it.
    """
    error = failure.step_failure_data.error
    if not error:
        return failure.message or "failed"
    raised = list(_raised(error))
    told = next((one for one in raised if OURS.match(one.message.strip())), raised[-1])
    return re.sub(r"^(\w+\.)+(?=\w+:)", "", told.message.strip())


def _raised(error: SerializableErrorInfo | None) -> Iterator[SerializableErrorInfo]:
    while error:
        yield error
        error = error.cause
