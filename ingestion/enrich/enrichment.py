"""Spends what a crawl leaves of the rate limit: on names, games, followers and archives, in that order.

Each step goes in three phases, so that the warehouse is open only for moments: `find_due` reads raw,
`fetch` talks to the platform, `keep` lands and merges. What is due follows from raw, the landing zone
and the published rankings alone; a step that is cut short is taken up again by the next run.
"""

from datetime import datetime

from ingestion.client import igdb
from ingestion.client.application import RefusedCredentials
from ingestion.client.asking import Cost, OnProgress, cost_table
from ingestion.client.budget import Budget, MeteredPacer
from ingestion.client.helix import Helix
from ingestion.client.pacing import Pacer
from ingestion.client.token import signed_calls
from ingestion.client.twitch import PLATFORM
from ingestion.clock import Deadline, Now, Sleep
from ingestion.crawl.lock import is_crawling
from ingestion.enrich.due import budget_at
from ingestion.enrich.names import land_names
from ingestion.enrich.reading_steps import FOLLOWERS, VIDEOS
from ingestion.enrich.reference_steps import OLDEST, UNSEEN
from ingestion.enrich.steps import Clients, Due, Findings, NotAnswered, Step
from ingestion.imports.overrides import read_overrides
from ingestion.landing.store import put_up_waiting
from ingestion.platforms.reading import description_files
from ingestion.settings import Settings
from ingestion.warehouse.file import reading, writing
from ingestion.warehouse.reference import create_tables, write_reference

STEPS = (UNSEEN, FOLLOWERS, VIDEOS, OLDEST)


def enrich(
    settings: Settings, *, now: Now, sleep: Sleep | None = None, on_progress: OnProgress | None = None
) -> list[Cost]:
    """Take every step once and return what each kind of question cost.

    `on_progress` gets a kind, how many of its calls are done and how many there are in all.

    Raises:
        BadTable: `overrides.csv` is at fault; nothing has been asked for.
        MissingSetting: credentials are needed and not set.
        RefusedCredentials: Twitch refuses the application.
        NotAnswered: some kinds of questions failed; everything else has been asked for and kept.
        WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.load.load`.
        NotLanded: the disk refused.
    """
    replace_overrides(settings)
    costs: list[Cost] = []
    problems: dict[str, Exception] = {}
    for step in STEPS:
        findings = fetch(settings, step, find_due(settings, step, now()), now, sleep, on_progress)
        costs += findings.costs
        try:
            keep(settings, findings, now())
        except NotAnswered as failed:
            problems |= failed.problems
    if problems:
        raise NotAnswered(problems, costs)
    return costs


def find_due(settings: Settings, step: Step, at: datetime) -> Due:
    """Return what a step has to ask for at that instant, and what it may spend on it.

    What waits for the landing zone's store is put up first: it has been asked for already.

    Raises:
        WarehouseBusy: another process still wrote to the warehouse after a while.
    """
    put_up_waiting(settings.landing)
    with reading(settings) as raw:
        budget = budget_at(settings, PLATFORM, raw, at)
        return Due(step.name, budget, step.find(settings, raw, at, budget))


def fetch(
    settings: Settings,
    step: Step,
    due: Due,
    now: Now,
    sleep: Sleep | None = None,
    on_progress: OnProgress | None = None,
) -> Findings:
    """Ask the platform for what is due, until it is all there or the budget is spent.

    Errors of the platform are in the findings, beside what was answered; follower counts are landed as
    they come. The warehouse is not opened.

    Raises:
        MissingSetting: the client id or secret is not set.
        NotLanded: the disk refused.
    """
    findings = Findings()
    if not due.is_empty:
        step.ask(due, _clients(settings, due.budget, now, sleep, on_progress or _tell_nobody), findings)
    return findings


def keep(settings: Settings, findings: Findings, at: datetime) -> None:
    """Land the names and merge the rows and costs of findings; then raise what failed.

    Raises:
        RefusedCredentials: Twitch refuses the application.
        NotAnswered: some kinds of questions failed.
        WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.load.load`.
        NotLanded: the disk refused.
    """
    if len(findings.names):
        land_names(settings.landing, PLATFORM, findings.names, at)
    if findings.costs:
        write_reference(settings, {**findings.tables, "enrichments": cost_table(PLATFORM, findings.costs)})
    for problem in findings.problems.values():
        if isinstance(problem, RefusedCredentials):
            raise problem
    if findings.problems:
        raise NotAnswered(findings.problems, findings.costs)


def replace_overrides(settings: Settings) -> int | None:
    """Make raw hold what `overrides.csv` says; return its rows, None when there is no such file.

    Raises:
        BadTable: the file is at fault; raw holds what it held.
        WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.load.load`.
    """
    overrides = read_overrides(settings.overrides, PLATFORM, description_files(settings))
    if overrides is None:
        with writing(settings) as warehouse:
            create_tables(settings, warehouse)
        return None
    write_reference(settings, {"game_overrides": overrides})
    return len(overrides)


def _clients(
    settings: Settings, budget: Budget, now: Now, sleep: Sleep | None, on_progress: OnProgress
) -> Clients:
    deadline = Deadline(now, sleep, budget.seconds_left(now()))
    lock = settings.root / "crawl.lock"
    pacer = Pacer(deadline.now, deadline.sleep, is_sparing=True)
    metered = MeteredPacer(pacer, budget.points, lambda: is_crawling(lock))
    client = Helix(settings.helix_url, signed_calls(settings, metered, deadline), metered)
    return Clients(settings.landing, client, igdb.connect_until(settings, deadline), now, on_progress)


def _tell_nobody(name: str, done: int, total: int) -> None:
    pass
