"""IGDB's games endpoint: reads an Apicalypse body, answers the matching entries with the asked fields."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from simulator.tokens import Refused
from simulator.truth.games import GENRES, PERSPECTIVES, Game
from simulator.truth.world import World, to_second

MOST_ROWS = 500
_CONDITION = re.compile(r'^(\w+)\s*(>=|<=|!=|=|>|<)\s*(\(\s*"?\d+"?(?:\s*,\s*"?\d+"?)*\s*\)|\d+)$')
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
}
_NUMBERS = ("id", "updated_at", "first_release_date", "external_game_source", "uid")
_TWITCH = 14


@dataclass(frozen=True)
class Query:
    """A parsed body; `conditions` are (field, comparison, numbers), all of which must hold."""

    fields: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[int, ...]], ...] = ()
    limit: int = 10
    offset: int = 0
    sort: tuple[str, bool] = ("id", False)


def parse(body: str) -> Query:
    """Parse `fields ..; where ..; sort ..; limit ..; offset ..;`; Refused with 400 for anything else."""
    parts: dict[str, str] = {}
    for statement in filter(None, (text.strip() for text in body.split(";"))):
        keyword, _, rest = statement.partition(" ")
        if keyword not in ("fields", "where", "sort", "limit", "offset") or not rest.strip():
            raise _syntax(f"Unexpected '{keyword}' at the start of a statement")
        parts[keyword] = rest.strip()
    fields = tuple(name.strip() for name in parts.get("fields", "id").split(","))
    conditions = (
        tuple(_condition(text.strip()) for text in parts["where"].split("&")) if "where" in parts else ()
    )
    field, _, direction = parts.get("sort", "id asc").partition(" ")
    if field not in _NUMBERS or direction not in ("asc", "desc"):
        raise _syntax("Expected a field and 'asc' or 'desc' after 'sort'")
    limit = _number(parts.get("limit", "10"))
    if limit > MOST_ROWS:
        raise _syntax(f"Limit exceeded: at most {MOST_ROWS} rows")
    return Query(fields, conditions, limit, _number(parts.get("offset", "0")), (field, direction == "desc"))


def games(world: World, body: str, at: datetime) -> list[dict[str, Any]]:
    """Answer POST /games; a field without a value is left out of its object."""
    return _answer(parse(body), [_entry(game, at) for game in world.games if game.is_in_igdb])


def external_games(world: World, body: str, at: datetime) -> list[dict[str, Any]]:
    """Answer POST /external_games: which game a category of the platform is."""
    links = [
        {
            "id": crc32(game.id.encode()),
            "game": int(game.igdb_id),
            "uid": game.id,
            "external_game_source": _TWITCH,
        }
        for game in world.games
        if game.is_in_igdb
    ]
    return _answer(parse(body), links)


def _answer(query: Query, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = [entry for entry in entries if all(_holds(entry, *condition) for condition in query.conditions)]
    field, is_descending = query.sort
    found.sort(key=lambda entry: (entry.get(field, 0), entry["id"]), reverse=is_descending)
    return [_pick(entry, query.fields) for entry in found[query.offset : query.offset + query.limit]]


def _condition(text: str) -> tuple[str, str, tuple[int, ...]]:
    match = _CONDITION.match(text)
    if match is None or match[1] not in _NUMBERS:
        raise _syntax(f"Cannot read the condition '{text}'")
    return match[1], match[2], tuple(int(number) for number in re.findall(r"\d+", match[3]))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise _syntax(f"Expected a number instead of '{text}'")
    return int(text)


def _holds(entry: dict[str, Any], field: str, comparison: str, numbers: tuple[int, ...]) -> bool:
    if field not in entry:
        return False
    if comparison == "!=":
        return int(entry[field]) not in numbers
    return any(_COMPARE[comparison](int(entry[field]), number) for number in numbers)


def _entry(game: Game, at: datetime) -> dict[str, Any]:
    """Return everything that IGDB knows of a game."""
    entry: dict[str, Any] = {
        "id": int(game.igdb_id),
        "name": game.name,
        "slug": game.slug,
        "updated_at": to_second(game.updated_at(at)),
        "genres": [_labelled(slug, GENRES) for slug in game.genres],
        "player_perspectives": [_labelled(slug, PERSPECTIVES) for slug in game.perspectives],
        "involved_companies": _companies(game),
    }
    if game.released_at:
        entry["first_release_date"] = to_second(game.released_at)
    return {name: value for name, value in entry.items() if value != []}


def _labelled(slug: str, labels: dict[str, str]) -> dict[str, Any]:
    return {"id": list(labels).index(slug) + 2, "slug": slug, "name": labels[slug]}


def _companies(game: Game) -> list[dict[str, Any]]:
    return [
        {
            "id": crc32(f"{game.igdb_id}:{name}".encode()),
            "company": {"id": crc32(name.encode()), "name": name},
            "developer": name in game.developers,
            "publisher": name in game.publishers,
        }
        for name in dict.fromkeys(game.publishers + game.developers)
    ]


def _pick(entry: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """Return `id` and the asked fields; an unexpanded reference is an id, as IGDB has it."""
    picked = {"id": entry["id"]}
    for name in dict.fromkeys(field.partition(".")[0] for field in fields):
        inner = tuple(field.partition(".")[2] for field in fields if field.startswith(f"{name}."))
        for own in entry if name == "*" else (name,) if name in entry else ():
            picked[own] = _expand(entry[own], inner)
    return picked


def _expand(value: Any, fields: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [_expand(item, fields) for item in value]
    if isinstance(value, dict):
        return _pick(value, fields) if fields else value["id"]
    return value


def _syntax(cause: str) -> Refused:
    return Refused(400, cause)
