"""What categories of several platforms are one game, and what is known of it: by name, as Twitch has it."""

from tests.reference.definitions.metadata import NO_GAMES, TWITCH, Facts, facts
from tests.reference.definitions.observations import NO_CATEGORY, counted_observations
from tests.reference.definitions.tags import folded
from tests.reference.worlds.world import World


class Categories:
    """The categories of Twitch by name: those that were streamed, asked for, or are listed as no games."""

    def __init__(self, twitch: World) -> None:
        self.names = dict(NO_GAMES)
        self.names |= {game.id: game.name for game in twitch.helix_games}
        for row in counted_observations(twitch):
            if row.game_id and row.game_name:
                self.names[row.game_id] = row.game_name
        self.facts = facts(twitch)
        self.at_igdb = {game.id for game in twitch.helix_games if game.igdb_id or game.linked_igdb_id}
        self._ids: dict[str, str] = {}
        for game_id in sorted(self.names, key=self._preference):
            self._ids.setdefault(folded(self.names[game_id]), game_id)

    def _preference(self, game_id: str) -> tuple:
        return (game_id not in self.at_igdb, len(game_id), game_id)

    def of(self, name: str | None) -> str | None:
        """Return the id of the category of that name, None if there is none."""
        return self._ids.get(folded(name)) if name else None


def known_facts(world: World, names: dict[str, str], twitch: Categories) -> dict[str, Facts]:
    """Return what is known of a platform's games by id; `names` are what they are called."""
    own = facts(world)
    if world.history or world.platform == TWITCH:
        return own
    matched = {game_id: twitch.of(name) for game_id, name in names.items() if game_id != NO_CATEGORY}
    return own | {
        game_id: twitch.facts.get(twitch_id, Facts()) for game_id, twitch_id in matched.items() if twitch_id
    }


def shared_ids(world: World, names: dict[str, str], twitch: Categories) -> dict[str, str]:
    """Return the key that each game has on all platforms, by its id; imported files share nothing."""
    if world.history:
        return {}
    if world.platform == TWITCH:
        return {game_id: game_id for game_id in names}
    shared = {NO_CATEGORY: NO_CATEGORY}
    for game_id, name in names.items():
        if game_id != NO_CATEGORY:
            nameless = f"{world.platform}:{game_id}"
            shared[game_id] = twitch.of(name) or (f"*:{folded(name)}" if name else nameless)
    return shared
