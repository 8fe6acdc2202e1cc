"""The assets of tracked services: what is asked, and the answers to what was due, landed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import dagster as dg

from ingestion.clock import utc_now
from ingestion.settings import Settings
from ingestion.sources.answers import ANSWERS_SCHEMA
from ingestion.sources.ledger import kept_ledger
from ingestion.sources.reading import read_catalogue
from ingestion.sources.services import TrackedKind, TrackedService, tracked_kinds
from ingestion.track.outcome import Outcome
from ingestion.track.running import run_due
from orchestration.assets.crawls import NOT_TO_BE_RETRIED, columns_of
from orchestration.assets.ingest import LANDED_ANSWERS
from orchestration.services import in_a_name, landed_answers_key, service_key

READABLE = "everything_can_be_read"
MOST_SENTENCES = 3


def asked_services(services: Iterable[TrackedService]) -> list[dg.AssetSpec]:
    """Return the external assets that are asked, and the landed answers of all services together."""
    services = list(services)
    answers = dg.AssetSpec(
        LANDED_ANSWERS,
        deps=[landed_answers_key(one.name) for one in services],
        description="Answers about tracked items, whole and unread: of the services below, and of "
        "`python -m ingestion track run`.",
        group_name="land",
        kinds={"parquet", "file"},
    )
    asked = [
        dg.AssetSpec(
            service_key(one.name),
            description=f"{one.title}: {', '.join(kind.name for kind in one.kinds)}.",
            group_name="services",
            kinds={"api"},
        )
        for one in services
    ]
    return [answers, *asked]


def landed_answers(service: TrackedService) -> dg.AssetsDefinition:
    """Return the asset of a service's answers, with a check of each kind."""
    key = landed_answers_key(service.name)

    @dg.asset(
        key=key,
        deps=[service_key(service.name)],
        group_name="land",
        kinds={"python", "parquet"},
        description=f"What {service.title} answers about the items that are due (`tracked.csv`), landed "
        "whole in immutable Parquet files.",
        metadata={"dagster/column_schema": columns_of(ANSWERS_SCHEMA)},
        check_specs=list(_checks(service, key)),
        freshness_policy=_fresh(service),
    )
    def landed(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        settings = Settings()
        try:
            outcome = run_due(settings, read_catalogue(settings), now=utc_now, service=service.name)
        except NOT_TO_BE_RETRIED as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        for sentence in (*outcome.problems, *outcome.notes):
            context.log.warning(sentence)
        if outcome.ended:
            raise dg.Failure("; ".join(outcome.ended), allow_retries=False)
        results = list(_results(settings, service, key, outcome))
        yield dg.MaterializeResult(metadata=_metadata(outcome), check_results=results)

    return landed


def _fresh(service: TrackedService) -> dg.FreshnessPolicy | None:
    longest = service.longest_silence
    return dg.FreshnessPolicy.time_window(fail_window=longest) if longest else None


def _checks(service: TrackedService, key: dg.AssetKey) -> Iterator[dg.AssetCheckSpec]:
    readable = "Can the list of what is tracked, the descriptions and every answer be read?"
    yield dg.AssetCheckSpec(READABLE, asset=key, description=readable)
    for kind in service.kinds:
        fresh = f"Have items of {kind.name} been read in the last {kind.longest_silence}?"
        yield dg.AssetCheckSpec(_check_name(kind), asset=key, description=fresh)


def _check_name(kind: TrackedKind) -> str:
    return f"{in_a_name(kind.name)}_is_fresh"


def _results(
    settings: Settings, service: TrackedService, key: dg.AssetKey, outcome: Outcome
) -> Iterator[dg.AssetCheckResult]:
    """Yield what the checks have found; they warn, and never fail a run."""
    problems, ledger, now = outcome.problems, kept_ledger(settings, service.name), utc_now()
    tracked = tracked_kinds(settings, now)
    more = f"; and {len(problems) - MOST_SENTENCES} more" if len(problems) > MOST_SENTENCES else ""
    yield _result(READABLE, key, "; ".join(problems[:MOST_SENTENCES]) + more, is_passed=not problems)
    asked = {kind for kind, _ in ledger.items}
    for kind in service.kinds:
        read = ledger.read.get(kind.name)
        is_fresh = read is not None and now - read <= kind.longest_silence
        is_passed = is_fresh or kind not in tracked or kind.name not in asked
        yield _result(_check_name(kind), key, _last_read(kind, read), is_passed=is_passed)


def _last_read(kind: TrackedKind, read: datetime | None) -> str:
    when = f"were last read {read:%Y-%m-%d %H:%M} UTC" if read else "have not been read yet"
    return f"items of {kind.name} {when}; due every {kind.every}"


def _result(name: str, key: dg.AssetKey, description: str, *, is_passed: bool) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=is_passed,
        asset_key=key,
        check_name=name,
        severity=dg.AssetCheckSeverity.WARN,
        description=description,
    )


def _metadata(outcome: Outcome) -> dict[str, Any]:
    return {
        "dagster/row_count": outcome.asked,
        "due": outcome.due,
        "calls": outcome.calls,
        "not_answered": outcome.failed,
        "found": outcome.found,
        "waits": outcome.notes,
    }
