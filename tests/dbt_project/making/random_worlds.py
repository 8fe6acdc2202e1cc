"""Random worlds, many to a warehouse."""

from dataclasses import replace

from hypothesis import strategies as st

from tests.reference.worlds.all_worlds import history_worlds, live_worlds
from tests.reference.worlds.world import World


class Worlds(list):
    """Worlds of one warehouse; a failing test names their number rather than printing them."""

    def __repr__(self) -> str:
        return f"{len(self)} worlds"


def many_worlds(fewest: int, most: int) -> st.SearchStrategy[Worlds]:
    """Return lists of random worlds, imported and live, each a platform of its own; most have many rows.

    Hypothesis would begin with the smallest list of the smallest worlds, and a build of it shows nothing.
    """
    worlds = st.lists(st.one_of(history_worlds(), live_worlds()), min_size=fewest, max_size=most)
    worlds = worlds.filter(lambda drawn: sum(map(_rows, drawn)) > 10 * len(drawn))
    return worlds.map(lambda drawn: Worlds(renamed(world, index) for index, world in enumerate(drawn)))


def _rows(world: World) -> int:
    return len(world.history) + len(world.observations)


def renamed(world: World, index: int) -> World:
    """Return the world as platform `w<index>`, with IGDB ids of its own, so that many fit one warehouse."""

    def own(igdb_id: str) -> str:
        return f"{index + 1}000{igdb_id}" if igdb_id else ""

    return replace(
        world,
        platform=f"w{index}",
        helix_games=[
            replace(game, igdb_id=own(game.igdb_id), linked_igdb_id=own(game.linked_igdb_id))
            for game in world.helix_games
        ],
        igdb_games=[replace(game, igdb_id=own(game.igdb_id)) for game in world.igdb_games],
    )
