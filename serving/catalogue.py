"""The catalogue of rankings: which there are, in the order in which they are shown, and what each ranks."""

from typing import Literal, NamedTuple, get_args

PeriodName = Literal["day", "week", "month", "quarter", "year", "last_7_days", "last_30_days", "last_90_days"]
PERIODS: tuple[PeriodName, ...] = get_args(PeriodName)
EVERYONE = "(all)"


class Ranking(NamedTuple):
    """A ranking: `name` as in its mart, its `title`, and the columns that tell its rows apart.

    The first of these `keys` is the name that people read.
    """

    name: str
    title: str
    keys: tuple[str, ...]

    @property
    def mart(self) -> str:
        """The mart that holds it."""
        return f"rank_{self.name}"

    @property
    def named(self) -> str:
        """The column of the name of what is ranked."""
        return self.keys[0]


RANKINGS = {
    ranking.name: ranking
    for ranking in (
        Ranking("streamers", "Streamers", ("streamer_name", "streamer_id")),
        Ranking("games", "Games", ("game_name", "game_id")),
        Ranking("publishers", "Publishers", ("publisher",)),
        Ranking("genres", "Genres", ("genre",)),
        Ranking("languages", "Languages", ("language",)),
        Ranking("tags", "Tags", ("tag",)),
        Ranking("follower_growth", "Follower growth", ("streamer_name", "streamer_id")),
    )
}
