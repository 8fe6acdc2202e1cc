"""Fetches users and games by id from Helix, as Arrow tables."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from ingestion.helix import Helix
from ingestion.http import expecting
from ingestion.moments import parse_moments

PLATFORM = "twitch"
MOMENT = pa.timestamp("us")

USERS_SCHEMA = pa.schema(
    [
        ("platform", pa.string()),
        ("id", pa.string()),
        ("login", pa.string()),
        ("display_name", pa.string()),
        ("type", pa.string()),
        ("broadcaster_type", pa.string()),
        ("created_at", MOMENT),
        ("fetched_at", MOMENT),
    ]
)
GAMES_SCHEMA = pa.schema(
    [
        ("platform", pa.string()),
        ("id", pa.string()),
        ("name", pa.string()),
        ("igdb_id", pa.string()),
        ("box_art_url", pa.string()),
        ("fetched_at", MOMENT),
    ]
)


def fetch_users(client: Helix, ids: Iterable[str], fetched_at: datetime) -> pa.Table:
    """Return rows of USERS_SCHEMA; ids that Twitch does not know have none.

    `type` and `broadcaster_type` are null for an ordinary user. Raises as `Helix.get` does.
    """
    rows = client.by_id("users", ids)
    with expecting("GET helix/users"):
        return users_table(rows, fetched_at)


def fetch_games(client: Helix, ids: Iterable[str], fetched_at: datetime) -> pa.Table:
    """Return rows of GAMES_SCHEMA; ids that Twitch does not know have none.

    `igdb_id` is "" for what is no game (Just Chatting), null when Twitch did not say. Raises as
    `Helix.get` does.
    """
    rows = client.by_id("games", ids)
    with expecting("GET helix/games"):
        return games_table(rows, fetched_at)


def users_table(rows: Sequence[dict[str, Any]], fetched_at: datetime, platform: str = PLATFORM) -> pa.Table:
    """Return rows of Get Users as USERS_SCHEMA; raises ValueError or TypeError for another type."""
    return _table(USERS_SCHEMA, rows, fetched_at, platform, keeps_empty=())


def games_table(rows: Sequence[dict[str, Any]], fetched_at: datetime, platform: str = PLATFORM) -> pa.Table:
    """Return rows of Get Games as GAMES_SCHEMA; raises ValueError or TypeError for another type."""
    return _table(GAMES_SCHEMA, rows, fetched_at, platform, keeps_empty=("igdb_id",))


def with_unknown(table: pa.Table, ids: Iterable[str], fetched_at: datetime) -> pa.Table:
    """Add a row of nulls for each of the ids that the platform does not know."""
    unknown = sorted(set(ids) - set(table["id"].to_pylist()))
    rows = [{"platform": PLATFORM, "id": one, "fetched_at": fetched_at} for one in unknown]
    return pa.concat_tables([table, pa.Table.from_pylist(rows, schema=table.schema)])


def _table(
    schema: pa.Schema,
    rows: Sequence[dict[str, Any]],
    fetched_at: datetime,
    platform: str,
    *,
    keeps_empty: Sequence[str],
) -> pa.Table:
    columns = []
    for field in schema:
        values = [row.get(field.name) for row in rows]
        if field.name == "platform":
            columns.append(pa.array([platform] * len(rows), field.type))
        elif field.name == "fetched_at":
            columns.append(pa.array([fetched_at] * len(rows), field.type))
        elif pa.types.is_timestamp(field.type):
            columns.append(parse_moments(values))
        else:
            texts = values if field.name in keeps_empty else [value or None for value in values]
            columns.append(pa.array(texts, field.type))
    return pa.Table.from_arrays(columns, schema=schema)
