"""What is known of each game: publishers, genres and release date, from files or from Helix and IGDB."""

from dataclasses import dataclass, field, replace
from datetime import date

from tests.reference.definitions.observations import NO_CATEGORY
from tests.reference.worlds.world import HelixGame, IgdbGame, MetadataRow, Override, World, moment

NOT_A_GAME = "(not a game)"
UNKNOWN = "(unknown)"
PSEUDO = (NO_CATEGORY, NOT_A_GAME, UNKNOWN)
NOTHING = {NOT_A_GAME, UNKNOWN}
# of Twitch's categories that are no games, the one that these worlds have
NO_GAMES = {"509658": "Just Chatting"}
TWITCH = "twitch"
FPS = "FPS"


@dataclass(frozen=True)
class Facts:
    """What is known of one game; `publishers` has no pseudo-categories."""

    publishers: frozenset[str] = field(default_factory=frozenset)
    genres: frozenset[str] = field(default_factory=frozenset)
    release_date: date | None = None
    is_not_a_game: bool = False
    source: str | None = None


def facts(world: World) -> dict[str, Facts]:
    """Return what is known, by game id; games without any metadata are absent."""
    found = _imported(world.metadata) | _live(world.helix_games, world.igdb_games)
    for one in NO_GAMES if world.platform == TWITCH else ():
        found[one] = replace(found.get(one, Facts()), is_not_a_game=True)
    return found | {
        game_id: _overridden(found.get(game_id, Facts()), world.overrides, game_id)
        for game_id in {row.game_id for row in world.overrides}
    }


def listed_publishers(game_id: str, known: dict[str, Facts]) -> list[str]:
    """Return the publishers, real or pseudo, among whom a listed game id is split."""
    return _listed(game_id, known, "publishers")


def listed_genres(game_id: str, known: dict[str, Facts]) -> list[str]:
    """Return the genres, real or pseudo, for each of which a listed game id counts in full."""
    return _listed(game_id, known, "genres")


def _listed(game_id: str, known: dict[str, Facts], kind: str) -> list[str]:
    if game_id == NO_CATEGORY:
        return [NO_CATEGORY]
    game = known.get(game_id, Facts())
    if game.is_not_a_game:
        return [NOT_A_GAME]
    return sorted(getattr(game, kind)) or [UNKNOWN]


def _overridden(fetched: Facts, rows: list[Override], game_id: str) -> Facts:
    publishers = frozenset(row.publisher for row in rows if row.game_id == game_id and row.publisher)
    genres = frozenset(row.genre for row in rows if row.game_id == game_id and row.genre)
    return replace(
        fetched,
        publishers=publishers - NOTHING if publishers else fetched.publishers,
        genres=genres - NOTHING if genres else fetched.genres,
        is_not_a_game=NOT_A_GAME in publishers | genres,
        source="override",
    )


def _imported(rows: list[MetadataRow]) -> dict[str, Facts]:
    found = {}
    for game in {row.game for row in rows}:
        newest = max(row.file_sequence for row in rows if row.game == game)
        of_game = [row for row in rows if row.game == game and row.file_sequence == newest]
        days = [moment(row.release_date).date() for row in of_game if row.release_date is not None]
        found[game] = Facts(
            publishers=frozenset(row.publisher for row in of_game if row.publisher) - NOTHING,
            genres=frozenset(row.genre for row in of_game if row.genre) - NOTHING,
            is_not_a_game=any(NOT_A_GAME in (row.publisher, row.genre) for row in of_game),
            release_date=min(days, default=None),
            source="import",
        )
    return found


def _live(helix_games: list[HelixGame], igdb_games: list[IgdbGame]) -> dict[str, Facts]:
    igdb = {game.igdb_id: game for game in igdb_games}
    found = {}
    for game in helix_games:
        igdb_id = game.igdb_id or game.linked_igdb_id
        found[game.id] = _of_igdb(igdb[igdb_id]) if igdb_id in igdb else Facts()
    return found


def _of_igdb(game: IgdbGame) -> Facts:
    is_fps = "shooter" in game.genre_slugs and "first-person" in game.perspective_slugs
    released = game.first_release_date
    return Facts(
        publishers=frozenset(game.publishers),
        genres=frozenset(game.genres) | ({FPS} if is_fps else set()),
        release_date=None if released is None else moment(released).date(),
        source="igdb",
    )
