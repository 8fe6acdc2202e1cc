"""Made-up marts with every column of the contract, awkward values among them, published for the API."""

import json
import math
import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from orchestration.models.files import MANIFEST
from serving.literals import identifier, quoted
from serving.publish import publish
from tests.serving.api.tracked import rows as tracked

PUBLISHED_AT = datetime(2026, 11, 21, 12, 0)
NEWEST_DAY = date(2026, 11, 21)
AWKWARD = [
    "O'Brien",
    'say "hi"',
    "a,b;c",
    "日本語",
    "line\nbreak",
    "'; drop table marts.crawls; --",
    "%",
    "=1+1",
]
SQL_TYPES = {"string": "varchar", "bigint": "bigint", "double": "double", "boolean": "boolean"}
ARROW_TYPES = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}
STREAMERS = 150
GENRES = ("(all)", "FPS", "Role-playing (RPG)")
# (platform, period, first day, last day after it)
PERIODS = [
    ("twitch", "day", NEWEST_DAY, NEWEST_DAY + timedelta(1)),
    ("twitch", "day", NEWEST_DAY - timedelta(1), NEWEST_DAY),
    ("twitch", "week", date(2026, 11, 9), date(2026, 11, 16)),
    ("twitch", "week", date(2026, 11, 16), date(2026, 11, 23)),
    ("twitch", "month", date(2026, 11, 1), date(2026, 12, 1)),
    ("twitch", "last_7_days", date(2026, 11, 14), NEWEST_DAY),
    ("history", "last_7_days", date(2019, 1, 1), date(2019, 1, 8)),
    ("history", "day", date(2019, 1, 7), date(2019, 1, 8)),
]


def streamer_id(number: int) -> str:
    """Return an id that fits no floating-point number."""
    return str(9007199254740993 + number)


class Column(NamedTuple):
    """A column of the contract: its name, its type as the model spells it, and what it means."""

    name: str
    data_type: str
    description: str


@cache
def columns_of_marts() -> dict[str, list[Column]]:
    """Return mart -> its columns in their order, as the models were parsed."""
    nodes = json.loads(MANIFEST.read_text())["nodes"].values()
    return {
        node["name"]: [
            Column(column["name"], column["data_type"], column["description"])
            for column in node["columns"].values()
        ]
        for node in nodes
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    }


def publish_marts(home: Path, *, mark: int = 0, without: Iterable[str] = ()) -> Path:
    """Publish the made-up marts below `home` and return the copy.

    `mark` is the peak of every row of rank_streamers, so that rows tell from which publish they come.
    """
    warehouse, published = home / "warehouse.duckdb", home / "published" / "airtime.duckdb"
    warehouse.unlink(missing_ok=True)
    with duckdb.connect(warehouse) as connection:
        connection.execute("create schema marts")
        for mart, columns in columns_of_marts().items():
            if mart not in without:
                _fill(connection, mart, columns, mark)
    publish(warehouse, published, published_at=PUBLISHED_AT)
    return published


def _fill(connection: duckdb.DuckDBPyConnection, mart: str, columns: list[Column], mark: int) -> None:
    dice = random.Random(mart)
    fixed = {"peak_viewers": mark} if mart == "rank_streamers" else {}
    rows = [{**_any(columns, dice), **key, **fixed} for key in KEYS[mart]()]
    schema = pa.schema([(c.name, ARROW_TYPES.get(c.data_type, pa.list_(pa.string()))) for c in columns])
    table = pa.Table.from_pylist(rows, schema)
    declared = ", ".join(f'"{c.name}" {_sql_type(c.data_type)}' for c in columns)
    connection.execute(f"create table marts.{mart} ({declared})")
    connection.register("rows_", table)
    connection.execute(f"insert into marts.{mart} select * from rows_")
    connection.unregister("rows_")
    for column in columns:
        named = f"marts.{mart}.{identifier(column.name)}"
        connection.execute(f"comment on column {named} is {quoted(column.description)}")


def _sql_type(data_type: str) -> str:
    return SQL_TYPES.get(data_type, data_type if data_type in ARROW_TYPES else "varchar[]")


def _any(columns: list[Column], dice: random.Random) -> dict[str, Any]:
    return {column.name: _value(column.data_type, dice) for column in columns}


def _value(data_type: str, dice: random.Random) -> object:
    if dice.random() < 0.1:
        return None
    if data_type == "double":
        return dice.choice([math.nan, math.inf, -math.inf, 0.1 + 0.2, 1e-300, dice.uniform(0, 1e9)])
    return {
        "string": dice.choice(AWKWARD),
        "bigint": dice.choice([0, 2**62 + 1, -(2**63), dice.randrange(10**9)]),
        "boolean": dice.random() < 0.5,
        "date": date(2026, 1, 1) + timedelta(dice.randrange(300)),
        "timestamp": PUBLISHED_AT - timedelta(seconds=dice.randrange(10**7)),
    }.get(data_type, dice.sample([*AWKWARD, None], dice.randrange(4)))


def _periods() -> Iterator[dict[str, Any]]:
    for platform, period, start, end in PERIODS:
        is_closed = end <= NEWEST_DAY
        found = {"platform": platform, "period": period, "period_start": start, "period_end": end}
        yield {**found, "is_closed": is_closed, "coverage": 0.998 if is_closed else 0.5}


def _ranked(names: Iterable[dict[str, Any]], *, is_category: bool) -> Iterator[dict[str, Any]]:
    """Yield a row per period and name; every third shares the rank of the one before, some have none."""
    for period in _periods():
        for number, name in enumerate(names):
            has_none = is_category and str(*name.values()).startswith("(")
            yield {**period, **name, "rank": None if has_none else 1 + number - (number % 3 == 2)}


def _streamers() -> list[dict[str, Any]]:
    named = [{"streamer_id": streamer_id(n), "streamer_name": f"Streamer{n % 140}"} for n in range(STREAMERS)]
    return [*named, *({"streamer_id": f"id {text}", "streamer_name": text} for text in AWKWARD)]


def _categories(column: str) -> list[dict[str, Any]]:
    return [{column: name} for name in ("(unknown)", "(not a game)", *AWKWARD, "one", "two", "three")]


def _growth() -> Iterator[dict[str, Any]]:
    for genre in GENRES:
        for row in _ranked(_streamers()[:: 1 if genre == "(all)" else 40], is_category=False):
            yield {**row, "genre": genre}


def _sessions() -> Iterator[dict[str, Any]]:
    for number in range(300):
        id_ = streamer_id(number % 3)
        began = PUBLISHED_AT - timedelta(hours=number)
        yield {"session_id": f"{id_}@{int(began.timestamp())}", "streamer_id": id_, "started_at": began}


def _live() -> Iterator[dict[str, Any]]:
    for number in range(40):
        yield {
            "stream_id": str(10**17 + number),
            "streamer_name": f"Streamer{number}",
            "game_id": ["11", "22", "(no category)"][number % 3],
            "language": ["en", "es"][number % 2],
            "viewer_count": number // 2 * 10,
            "tags": [None, ["one", "two"], ["two", "Two", "two", "", " "], []][number % 4],
        }


def _crawls() -> Iterator[dict[str, Any]]:
    for number in range(150):
        yield {"observed_at": PUBLISHED_AT - timedelta(minutes=5 * number), "is_complete": number != 3}
    yield {"platform": "history", "observed_at": datetime(2019, 1, 7, 9, 29), "is_complete": True}


def _on_twitch(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"platform": "twitch", **row} for row in rows]


def _numbered(column: str, count: int) -> list[dict[str, Any]]:
    return _on_twitch({column: str(number)} for number in range(count))


KEYS = {
    "rank_streamers": lambda: _ranked(_streamers(), is_category=False),
    "rank_games": lambda: _ranked(_categories("game_id"), is_category=True),
    "rank_publishers": lambda: _ranked(_categories("publisher"), is_category=True),
    "rank_genres": lambda: _ranked(_categories("genre"), is_category=True),
    "rank_languages": lambda: _ranked(_categories("language"), is_category=True),
    "rank_tags": lambda: _ranked(_categories("tag"), is_category=True),
    "rank_follower_growth": _growth,
    "games_across_platforms": lambda: _ranked(_categories("game_id"), is_category=True),
    "streamers": lambda: [*_on_twitch(_streamers()), {"platform": "history", "streamer_id": streamer_id(0)}],
    "streamer_activity": lambda: _on_twitch(
        {"streamer_id": streamer_id(0), "period": period}
        for period in ("last_90_days", "last_30_days", "last_7_days")
    ),
    "sessions": lambda: _on_twitch(_sessions()),
    "live_now": lambda: _on_twitch(_live()),
    "games_now": lambda: _numbered("game_id", 30),
    "games": lambda: _numbered("game_id", 30),
    "hourly_activity": lambda: _on_twitch([{}]),
    "monthly_activity": lambda: _on_twitch({"month": date(2026, month, 1)} for month in range(1, 12)),
    "crawls": lambda: _on_twitch(_crawls()),
    "readings": tracked.readings,
    "reading_buckets": tracked.reading_buckets,
    "tracked_items": lambda: [
        {**row, "last_asked_at": PUBLISHED_AT} for row in tracked.tracked_items(AWKWARD)
    ],
    "tracked_item_history": lambda: tracked.tracked_items(AWKWARD),
    "rank_tracked": lambda: tracked.rank_tracked(_periods()),
    "source_calls": lambda: [{"service": "youtube", "quota_date": NEWEST_DAY}],
}
