"""Asks IGDB which of its games a category of Twitch stands for, where Get Games does not say."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pyarrow as pa

from ingestion.arrow import arrow_schema
from ingestion.client.asking import in_batches
from ingestion.client.igdb import IDS_A_CALL, Igdb, is_id
from ingestion.fields import MOST_EXACT, Row, key, whole
from ingestion.landing.rejects import Reject, sift

TWITCH_SOURCE = 14
# A category has one game as a rule; a server that never ends is left after so many rows.
MOST_PAGES = 10
LINKS_SCHEMA = arrow_schema(
    platform=pa.string(),
    game_id=pa.string(),
    igdb_id=pa.string(),
    fetched_at=pa.timestamp("us"),
)


def fetch_links(
    client: Igdb, categories: Iterable[tuple[str, str]], fetched_at: datetime
) -> tuple[pa.Table, list[Reject]]:
    """Return a row of LINKS_SCHEMA per category (platform and Twitch's id), and answers that cannot be.

    `igdb_id` is null where IGDB has no game of the category, the lowest where it has several. Raises as
    `Igdb.query` does.
    """
    categories = list(dict.fromkeys(categories))
    asked = list(dict.fromkeys(game_id for _, game_id in categories if is_id(game_id)))
    answers = [row for part in in_batches(asked, IDS_A_CALL) for row in _answers(client, part)]
    links, rejects = sift(answers, _link)
    games: dict[str, int] = {}
    for game_id, igdb_id in links:
        games[game_id] = min(games.get(game_id, igdb_id), igdb_id)
    rows = [
        {
            "platform": platform,
            "game_id": game_id,
            "igdb_id": str(games[game_id]) if game_id in games else None,
            "fetched_at": fetched_at,
        }
        for platform, game_id in categories
    ]
    return pa.Table.from_pylist(rows, schema=LINKS_SCHEMA), rejects


def _answers(client: Igdb, ids: list[str]) -> list[Any]:
    wanted = ",".join(f'"{one}"' for one in ids)
    where = f"external_game_source = {TWITCH_SOURCE} & uid = ({wanted})"
    answers: list[Any] = []
    for page in range(MOST_PAGES):
        limits = f"limit {IDS_A_CALL}; offset {page * IDS_A_CALL};"
        rows = client.query("external_games", f"fields game,uid; where {where}; sort id asc; {limits}")
        answers += rows
        if len(rows) < IDS_A_CALL:
            break
    return answers


def _link(row: Row) -> tuple[str, int]:
    return key(row, "uid"), whole(row, "game", 1, MOST_EXACT)
