"""The steps that ask for facts by id: users, games and IGDB, never seen ones and old ones."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.client import igdb
from ingestion.client.asking import in_batches
from ingestion.client.budget import Budget
from ingestion.client.helix import IDS_A_CALL, Helix
from ingestion.client.igdb import fetch_igdb_games
from ingestion.client.igdb_links import fetch_links
from ingestion.client.twitch import PLATFORM, fetch_games, fetch_users, with_unknown
from ingestion.enrich import due
from ingestion.enrich.names import Names, changed_names
from ingestion.enrich.steps import Clients, Due, Findings, Step, ask_for
from ingestion.landing.rejects import Reject
from ingestion.settings import Settings

Found = tuple[pa.Table, list[Reject]]
Fetch = Callable[[Helix, Sequence[str], datetime], Found]


def _find_unseen(
    settings: Settings, raw: duckdb.DuckDBPyConnection, now: datetime, budget: Budget
) -> dict[str, Any]:
    before = now - timedelta(hours=settings.refresh_hours)
    igdb_ids, since = due.igdb_refresh(raw, before)
    return {
        "users": due.unseen_users(raw, PLATFORM),
        "games": due.unseen_games(raw, PLATFORM),
        "igdb_links": due.unlinked_games(raw, before),
        "igdb_games": due.unseen_igdb_games(raw),
        "igdb_refresh": igdb_ids,
        "igdb_changed_since": since,
    }


def _ask_unseen(what: Due, clients: Clients, findings: Findings) -> None:
    _ask_users("users", what.questions["users"], clients, findings)
    _ask_helix("games", "games", fetch_games, what.questions["games"], clients, findings)
    games = findings.tables["games"].to_pylist() if "games" in findings.tables else []
    unlinked = [(PLATFORM, game["id"]) for game in games if game["name"] and not game["igdb_id"]]
    links = _ask_links([*what.questions["igdb_links"], *unlinked], clients, findings)
    new_games = [game["igdb_id"] for game in games]
    ids = dict.fromkeys([*what.questions["igdb_games"], *filter(igdb.is_id, [*new_games, *links])])
    _ask_igdb("igdb_games", list(ids), None, clients, findings)
    if "igdb_games" not in findings.problems:
        since = what.questions["igdb_changed_since"]
        _ask_igdb("igdb_refresh", what.questions["igdb_refresh"], since, clients, findings)


def _find_oldest(
    settings: Settings, raw: duckdb.DuckDBPyConnection, now: datetime, budget: Budget
) -> dict[str, Any]:
    before, most = now - timedelta(hours=settings.refresh_hours), budget.most_calls * IDS_A_CALL
    return {
        "users": due.oldest_users(raw, PLATFORM, before, most),
        "games": due.oldest_games(raw, PLATFORM, before, most),
    }


def _ask_oldest(what: Due, clients: Clients, findings: Findings) -> None:
    games, users = what.questions["games"], what.questions["users"]
    _ask_helix("games", "games_refresh", fetch_games, games, clients, findings, is_refresh=True)
    _ask_users("users_refresh", users, clients, findings, is_refresh=True)


def _ask_users(
    name: str, known: Mapping[str, Names], clients: Clients, findings: Findings, *, is_refresh: bool = False
) -> None:
    """Ask for users whose names so far are `known`; other names are to be landed."""
    _ask_helix("users", name, fetch_users, list(known), clients, findings, is_refresh=is_refresh)
    if "users" in findings.tables:
        findings.names = changed_names(findings.tables["users"], known)


def _ask_helix(
    table: str,
    name: str,
    fetch: Fetch,
    ids: Sequence[str],
    clients: Clients,
    findings: Findings,
    *,
    is_refresh: bool = False,
) -> None:
    def ask(question: list[str]) -> Found:
        fetched_at = clients.now()
        found, rejects = fetch(clients.helix, question, fetched_at)
        # what is known stays, where an answer cannot be
        kept = {one.id for one in rejects} if is_refresh else set()
        return with_unknown(found, {*question} - kept, fetched_at), rejects

    answers = ask_for(name, in_batches(ids, IDS_A_CALL), ask, clients, findings, found=_named)
    findings.add(table, [rows for _, rows in answers])


def _ask_links(
    categories: Sequence[tuple[str, str]], clients: Clients, findings: Findings
) -> list[str | None]:
    """Ask IGDB for its games of categories that have no IGDB id; return the ids that it gave."""

    def ask(question: list[tuple[str, str]]) -> Found:
        return fetch_links(clients.igdb, question, clients.now())

    answers = ask_for(
        "igdb_links", in_batches(categories, igdb.IDS_A_CALL), ask, clients, findings, found=_named, at_once=1
    )
    findings.add("igdb_links", [rows for _, rows in answers])
    return [one for _, rows in answers for one in rows["igdb_id"].to_pylist()]


def _ask_igdb(
    name: str, ids: Sequence[str], changed_since: datetime | None, clients: Clients, findings: Findings
) -> None:
    def ask(question: list[str]) -> Found:
        fetched_at = clients.now()
        found, rejects = fetch_igdb_games(clients.igdb, question, fetched_at, changed_since)
        return found if changed_since else with_unknown(found, question, fetched_at), rejects

    answers = ask_for(name, in_batches(ids, igdb.IDS_A_CALL), ask, clients, findings, found=_named, at_once=1)
    findings.add("igdb_games", [rows for _, rows in answers])


def _named(rows: pa.Table) -> int:
    return len(rows) - rows[2].null_count


UNSEEN = Step("reference", _find_unseen, _ask_unseen)
OLDEST = Step("refresh", _find_oldest, _ask_oldest)
