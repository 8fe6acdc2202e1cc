"""The steps that cost one call a streamer: follower counts, and the archives of ended streams."""

from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.client.asking import in_batches
from ingestion.client.budget import Budget
from ingestion.client.twitch import PLATFORM
from ingestion.client.videos import fetch_archives, video_looks_table
from ingestion.enrich import due
from ingestion.enrich.cohort import due_readings
from ingestion.enrich.followers import land_followers, read_followers
from ingestion.enrich.steps import Clients, Due, Findings, Step, ask_for
from ingestion.landing.files import FOLLOWERS_SCHEMA, free_second
from ingestion.settings import Settings

# What a kill can lose of readings that can never be taken again.
FOLLOWERS_A_BATCH = 200


def _find_readings(
    settings: Settings, raw: duckdb.DuckDBPyConnection, now: datetime, budget: Budget
) -> dict[str, Any]:
    return {"followers": due_readings(settings, PLATFORM, raw, now, budget.most_calls)}


def _ask_followers(what: Due, clients: Clients, findings: Findings) -> None:
    for batch in in_batches(what.questions["followers"], FOLLOWERS_A_BATCH):
        if findings.costs and not findings.costs[-1].is_complete:
            return
        _read_batch(batch, clients, findings)


def _read_batch(batch: list[str], clients: Clients, findings: Findings) -> None:
    answers = ask_for(
        "followers",
        batch,
        lambda user_id: read_followers(clients.helix, user_id, clients.now),
        clients,
        findings,
        size=lambda _: 1,
        found=lambda row: row["follower_count"] is not None,
    )
    if answers:
        table = pa.Table.from_pylist([row for _, row in answers], schema=FOLLOWERS_SCHEMA)
        cost = findings.costs[-1]
        second = free_second(clients.landing, PLATFORM, "followers", cost.begun_at)
        land_followers(clients.landing, PLATFORM, table, second, cost.points_used)


def _find_ended(
    settings: Settings, raw: duckdb.DuckDBPyConnection, now: datetime, budget: Budget
) -> dict[str, Any]:
    return {"videos": due.ended_streams(raw, PLATFORM, now, budget.most_calls)}


def _ask_videos(what: Due, clients: Clients, findings: Findings) -> None:
    answers = ask_for(
        "videos",
        what.questions["videos"],
        lambda streams: fetch_archives(clients.helix, PLATFORM, streams, clients.now()),
        clients,
        findings,
        size=lambda streams: len(streams.stream_ids),
    )
    if answers:
        findings.add("videos", [archives for _, archives in answers])
        findings.add("video_looks", [video_looks_table(PLATFORM, [one for one, _ in answers], clients.now())])


FOLLOWERS = Step("followers", _find_readings, _ask_followers)
VIDEOS = Step("videos", _find_ended, _ask_videos)
