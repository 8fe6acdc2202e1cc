"""Random worlds, many to a warehouse."""

from collections.abc import Iterator
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
    return worlds.map(lambda drawn: Worlds(several_platforms(drawn)))


def several_platforms(drawn: list[World]) -> Iterator[World]:
    """Yield the worlds as platforms that have game names in common; of the first of them are Twitch's facts.

    Beside the first two live worlds are others that were crawled at the same times. Of four draws one has no
    Twitch.
    """
    platforms = iter(("twitch" if len(drawn) % 4 else "nobody", "second"))
    for index, world in enumerate(drawn):
        name = next(platforms, None) if world.crawls else None
        yield renamed(world, index, name)
        if name:
            yield beside(renamed(world, index + 1, f"beside-{name}"))


def beside(world: World) -> World:
    """Return what another platform had on air meanwhile: some of the streamers, and twice the viewers."""
    rows = [row for row in world.observations if row.streamer_id != "102"]
    other = [replace(row, viewer_count=2 * row.viewer_count) for row in rows]
    return replace(world, observations=other, helix_games=[], igdb_games=[], users=[], videos=[])


def spelt(name: str, index: int) -> str:
    """Return a game's name as a platform spells it: as it is, in capitals, its own, or as that of another."""
    own = (name, name.upper(), f"{name} {index}", name.replace("Farm", "duel"), f" {name}")
    return own[index % len(own)] if name else name


def _rows(world: World) -> int:
    return len(world.history) + len(world.observations)


def renamed(world: World, index: int, platform: str | None = None) -> World:
    """Return the world as a platform, `w<index>`, with IGDB ids of its own, so that many fit one warehouse.

    Games are spelt as the platform does, but for Twitch's.
    """

    def own(igdb_id: str) -> str:
        return f"{index + 1}000{igdb_id}" if igdb_id else ""

    spelling = index if platform != "twitch" else 0
    return replace(
        world,
        platform=platform or f"w{index}",
        observations=[replace(row, game_name=spelt(row.game_name, spelling)) for row in world.observations],
        helix_games=[
            replace(game, igdb_id=own(game.igdb_id), linked_igdb_id=own(game.linked_igdb_id))
            for game in world.helix_games
        ],
        igdb_games=[replace(game, igdb_id=own(game.igdb_id)) for game in world.igdb_games],
    )
