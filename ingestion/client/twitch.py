"""Fetches users and games by id from Helix, as Arrow tables."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pyarrow as pa

from ingestion.arrow import arrow_schema
from ingestion.client.helix import Helix
from ingestion.fields import Row, key, moment, text
from ingestion.landing.rejects import Reject, sift

PLATFORM = "twitch"
MOMENT = pa.timestamp("us")

USERS_SCHEMA = arrow_schema(
    platform=pa.string(),
    id=pa.string(),
    login=pa.string(),
    display_name=pa.string(),
    type=pa.string(),
    broadcaster_type=pa.string(),
    created_at=MOMENT,
    fetched_at=MOMENT,
)
GAMES_SCHEMA = arrow_schema(
    platform=pa.string(),
    id=pa.string(),
    name=pa.string(),
    igdb_id=pa.string(),
    box_art_url=pa.string(),
    fetched_at=MOMENT,
)


def fetch_users(client: Helix, ids: Iterable[str], fetched_at: datetime) -> tuple[pa.Table, list[Reject]]:
    """Return rows of USERS_SCHEMA, and answers that cannot be; ids that Twitch does not know have none.

    `type` and `broadcaster_type` are null for an ordinary user. Raises as `Helix.get` does.
    """
    return users_table(client.by_id("users", ids), fetched_at)


def fetch_games(client: Helix, ids: Iterable[str], fetched_at: datetime) -> tuple[pa.Table, list[Reject]]:
    """Return rows of GAMES_SCHEMA, and answers that cannot be; ids that Twitch does not know have none.

    `igdb_id` is "" for what is no game (Just Chatting), null when Twitch did not say. Raises as
    `Helix.get` does.
    """
    return games_table(client.by_id("games", ids), fetched_at)


def users_table(
    rows: Iterable[Any], fetched_at: datetime, platform: str = PLATFORM
) -> tuple[pa.Table, list[Reject]]:
    """Return rows of Get Users as USERS_SCHEMA, and those that cannot be."""
    users, rejects = sift(rows, lambda row: _user(row, fetched_at, platform))
    return pa.Table.from_pylist(users, schema=USERS_SCHEMA), rejects


def games_table(
    rows: Iterable[Any], fetched_at: datetime, platform: str = PLATFORM
) -> tuple[pa.Table, list[Reject]]:
    """Return rows of Get Games as GAMES_SCHEMA, and those that cannot be."""
    games, rejects = sift(rows, lambda row: _game(row, fetched_at, platform))
    return pa.Table.from_pylist(games, schema=GAMES_SCHEMA), rejects


def with_unknown(table: pa.Table, ids: Iterable[str], fetched_at: datetime) -> pa.Table:
    """Add a row of nulls for each of the ids that the platform does not know."""
    unknown = sorted(set(ids) - set(table["id"].to_pylist()))
    rows = [{"platform": PLATFORM, "id": one, "fetched_at": fetched_at} for one in unknown]
    return pa.concat_tables([table, pa.Table.from_pylist(rows, schema=table.schema)])


def _user(row: Row, fetched_at: datetime, platform: str) -> dict[str, Any]:
    names = ("login", "display_name", "type", "broadcaster_type")
    own = {"platform": platform, "id": key(row, "id"), "fetched_at": fetched_at}
    return {**own, **{name: text(row, name) for name in names}, "created_at": moment(row, "created_at")}


def _game(row: Row, fetched_at: datetime, platform: str) -> dict[str, Any]:
    own = {"platform": platform, "id": key(row, "id"), "fetched_at": fetched_at}
    igdb_id = text(row, "igdb_id") or row.get("igdb_id")
    name = unicodedata.normalize("NFC", text(row, "name") or "") or None  # platforms have names in common
    return {**own, "name": name, "igdb_id": igdb_id, "box_art_url": text(row, "box_art_url")}
