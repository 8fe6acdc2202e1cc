"""The tables of raw for what can be fetched or read again: their columns, keys and how rows get into them."""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from ingestion.arrow import arrow_schema
from ingestion.client import igdb, igdb_links, twitch
from ingestion.client.asking import COST_SCHEMA
from ingestion.client.videos import LOOKS_SCHEMA, VIDEOS_SCHEMA
from ingestion.landing.rejects import ANSWERS_SCHEMA

OVERRIDES_SCHEMA = arrow_schema(
    platform=pa.string(),
    game_id=pa.string(),
    publisher=pa.string(),
    genre=pa.string(),
)


@dataclass(frozen=True)
class ReferenceTable:
    """A raw table of facts about ids: its columns, its key and how rows get into it."""

    name: str
    schema: pa.Schema
    key: list[str]
    disposition: Literal["merge", "replace"] = "merge"


TABLES = (
    ReferenceTable("users", twitch.USERS_SCHEMA, ["platform", "id"]),
    ReferenceTable("games", twitch.GAMES_SCHEMA, ["platform", "id"]),
    ReferenceTable("igdb_games", igdb.IGDB_GAMES_SCHEMA, ["id"]),
    ReferenceTable("igdb_links", igdb_links.LINKS_SCHEMA, ["platform", "game_id"]),
    ReferenceTable("videos", VIDEOS_SCHEMA, ["platform", "id"]),
    ReferenceTable("video_looks", LOOKS_SCHEMA, ["platform", "stream_id"]),
    ReferenceTable("rejected_answers", ANSWERS_SCHEMA, ["platform", "step", "row_json"]),
    ReferenceTable("enrichments", COST_SCHEMA, ["platform", "step", "begun_at"]),
    ReferenceTable("game_overrides", OVERRIDES_SCHEMA, ["platform", "game_id"], "replace"),
)
