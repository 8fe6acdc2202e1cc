"""The games of the simulated platform: what Helix calls a game, what IGDB knows of it.

The catalogue is the same in every world. It holds what real data holds: categories that are no
games, games without an IGDB entry, entries without a publisher, games with several publishers,
first-person shooters, shooters that are not, and games that Get Games does not know.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

GENRES = {
    "adventure": "Adventure",
    "arcade": "Arcade",
    "card-and-board-game": "Card & Board Game",
    "fighting": "Fighting",
    "indie": "Indie",
    "moba": "MOBA",
    "music": "Music",
    "platform": "Platform",
    "puzzle": "Puzzle",
    "racing": "Racing",
    "real-time-strategy-rts": "Real Time Strategy (RTS)",
    "role-playing-rpg": "Role-playing (RPG)",
    "shooter": "Shooter",
    "simulator": "Simulator",
    "sport": "Sport",
    "strategy": "Strategy",
    "tactical": "Tactical",
}

PERSPECTIVES = {
    "first-person": "First person",
    "third-person": "Third person",
    "bird-view-slash-isometric": "Bird view / Isometric",
    "side-view": "Side view",
}

_BIRD = "bird-view-slash-isometric"

# name; genres; perspectives; publishers; developers; year of release (0: not known); weight;
# flags: "talk" no game at all, "unlisted" unknown to Get Games, "no igdb" IGDB does not know it, "linked"
# Get Games does not say its IGDB id, but IGDB knows the category.
_CATALOGUE = (
    ("Just Chatting", "", "", "", "", 0, 60, "talk"),
    ("Riftline", "shooter tactical", "first-person", "Brindle Arc", "Brindle Arc", 2020, 40, ""),
    ("Crownfall Arena", "moba strategy", _BIRD, "Oxbow Nine", "Oxbow Nine", 2012, 38, ""),
    ("Dustgate 2", "shooter", "first-person", "Copper Kite|Fenwick", "Copper Kite", 2018, 30, ""),
    ("Skyhold Royale", "shooter", "third-person", "Gullmark", "Gullmark", 2017, 28, ""),
    ("Blockhaven", "simulator adventure", "first-person", "Tin Lantern", "Tin Lantern", 2011, 26, ""),
    ("Vicegrid Online", "adventure racing", "third-person", "Harrowgate", "Harrowgate North", 2014, 25, ""),
    ("Emberdeep", "role-playing-rpg", "third-person", "Oxbow Nine|Kagami", "Kagami", 2023, 22, ""),
    ("Nullpoint", "shooter", "first-person", "Gullmark", "Slatefield", 2019, 20, "linked"),
    ("League Eleven 26", "sport simulator", "third-person", "Stadia Verde", "Stadia Verde", 2025, 18, ""),
    ("Tidewardens", "role-playing-rpg", _BIRD, "Brindle Arc", "Pelt & Ash", 2022, 16, ""),
    ("Hexmarch", "card-and-board-game strategy", "", "Fenwick", "Fenwick", 2014, 14, "linked"),
    ("Ironvale", "shooter role-playing-rpg", "third-person", "Harrowgate", "Ironvale Team", 2021, 13, ""),
    ("Apex Furrow", "simulator", "third-person", "Soilworks", "Soilworks", 2024, 12, ""),
    ("Circuit Nocturne", "racing", "third-person", "Stadia Verde|Kagami|Lumen Yard", "", 2020, 12, ""),
    ("Glass Harbor", "adventure puzzle", "first-person", "Lumen Yard", "Lumen Yard", 2023, 9, ""),
    ("Sunken Fleet", "strategy", _BIRD, "Copper Kite", "Copper Kite", 2015, 9, ""),
    ("Old Kingdoms III", "real-time-strategy-rts", _BIRD, "Pelt & Ash", "", 1999, 9, ""),
    ("Mirefall", "role-playing-rpg adventure", "third-person", "Kagami", "Kagami", 2022, 15, ""),
    ("Salvage Crew 88", "shooter indie", "first-person", "Tin Lantern", "Night Ferry", 2024, 11, ""),
    ("Knucklebout 6", "fighting", "side-view", "Kagami", "Kagami", 2023, 8, ""),
    ("Sprocket & Son", "platform", "side-view", "Tin Lantern", "Night Ferry", 2017, 7, ""),
    ("Quietwood", "adventure indie", "first-person", "", "Night Ferry", 2022, 7, ""),
    ("Ferrous Sky", "shooter simulator", "first-person third-person", "Fenwick", "Slatefield", 2016, 7, ""),
    ("Rootbound", "indie role-playing-rpg", _BIRD, "", "", 2025, 6, ""),
    ("Bulletloom", "shooter arcade", _BIRD, "Night Ferry", "Night Ferry", 2021, 6, ""),
    ("Pocket Dynasty", "strategy simulator", _BIRD, "Soilworks|Oxbow Nine", "Soilworks", 2020, 6, ""),
    ("Chromabeat", "music arcade", "", "Lumen Yard", "Lumen Yard", 2019, 5, ""),
    ("Longhaul Sim", "simulator", "first-person", "Soilworks", "Soilworks", 2013, 6, ""),
    ("Goblin Tax Office", "simulator indie", "", "Pelt & Ash", "Pelt & Ash", 0, 4, ""),
    ("Vault of Ys'tar", "role-playing-rpg", "third-person", "Gullmark", "Ironvale Team", 2004, 10, ""),
    ("Kart Kingdoms", "racing arcade", "third-person", "Tin Lantern", "Tin Lantern", 2017, 6, ""),
    ("Deadlight Protocol", "shooter", "first-person", "Harrowgate|Gullmark", "Harrowgate", 2025, 17, ""),
    ("Checkmate Café", "card-and-board-game", "", "Fenwick", "Fenwick", 2018, 8, ""),
    ("Workbench & Crafts", "", "", "", "", 0, 6, "talk"),
    ("Songs & Stages", "", "", "", "", 0, 8, "talk"),
    ("Slots of Fortune", "", "", "", "", 0, 6, "talk"),
    ("Prism Alpha", "shooter", "first-person", "Brindle Arc", "Brindle Arc", 0, 5, "unlisted"),
    ("Untitled Otter Project", "indie", "", "", "", 0, 3, "unlisted"),
    ("Retro Marathon '94", "arcade", "side-view", "", "", 1994, 4, "no igdb"),
    ("Mönch & Mühle", "card-and-board-game", "", "Pelt & Ash", "Pelt & Ash", 2016, 3, ""),
)  # fmt: skip

# These are known to be no games by the ids that they have on Twitch.
_NO_GAMES = {
    "Just Chatting": 509_658,
    "Workbench & Crafts": 509_673,
    "Songs & Stages": 26_936,
    "Slots of Fortune": 498_566,
}
NO_CATEGORY = -1


@dataclass(frozen=True, slots=True)
class Game:
    """One category; `igdb_id` is "" where there is none, `is_listed` says whether Get Games knows it.

    Of one that `is_linked` Get Games does not say the `igdb_id`.
    """

    id: str
    name: str
    igdb_id: str
    genres: tuple[str, ...]
    perspectives: tuple[str, ...]
    publishers: tuple[str, ...]
    developers: tuple[str, ...]
    released_at: datetime | None
    weight: int
    is_listed: bool
    is_in_igdb: bool
    is_linked: bool

    @property
    def slug(self) -> str:
        """IGDB's slug: the name in lower case, joined by hyphens."""
        words = "".join(letter if letter.isalnum() else " " for letter in self.name.lower()).split()
        return "-".join(words)

    @property
    def is_first_person_shooter(self) -> bool:
        """Whether IGDB's genres and perspectives make it a first-person shooter."""
        return self.is_in_igdb and "shooter" in self.genres and "first-person" in self.perspectives

    def updated_at(self, at: datetime) -> datetime:
        """Return when IGDB's entry was last edited, as known at `at`; each is edited every few weeks."""
        number = int(self.id)
        period = timedelta(days=20 + number % 41, seconds=number % 86_400)
        return at - (at - datetime(2000, 1, 1)) % period


def _game(position: int, row: tuple[str, str, str, str, str, int, int, str]) -> Game:
    name, genres, perspectives, publishers, developers, year, weight, flag = row
    number = _NO_GAMES.get(name) or 21_000 + position * position * 613 + position * 97
    released_at = datetime(year, 1, 1) + timedelta(days=number % 365) if year else None
    return Game(
        id=str(number),
        name=name,
        igdb_id="" if flag in ("talk", "unlisted") else str(1_000 + position * 3_571),
        genres=tuple(genres.split()),
        perspectives=tuple(perspectives.split()),
        publishers=tuple(filter(None, publishers.split("|"))),
        developers=tuple(filter(None, developers.split("|"))),
        released_at=released_at,
        weight=weight,
        is_listed=flag != "unlisted",
        is_in_igdb=flag in ("", "linked"),
        is_linked=flag == "linked",
    )


def all_games() -> tuple[Game, ...]:
    """Return the catalogue; position 0 is Just Chatting."""
    return tuple(_game(position, row) for position, row in enumerate(_CATALOGUE))
