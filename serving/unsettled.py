"""Names the most watched categories that count as `(unknown)`, and how to settle each kind of them."""

from collections.abc import Iterator
from pathlib import Path

from serving.current_rankings import current_periods
from serving.published import reading

OVERRIDDEN = "twitch"
MOST = 10
QUERY = """
    select games.game_id, games.game_name, ranked.hours_watched,
        case when publishers = [] and genres = [] then 'no publisher, no genre'
            when publishers = [] then 'no publisher' else 'no genre' end
    from marts.rank_games as ranked inner join marts.games as games using (platform, game_id)
    where ranked.platform = $platform and ranked.period = $period and ranked.period_start = $start
        and not games.is_not_a_game and (publishers = [] or genres = [])
    order by ranked.hours_watched desc, games.game_id
    limit $limit
"""
# Tables of games cannot be imported beside live crawls, of which alone is known when they ended.
CRAWLED = "select distinct platform from marts.crawls where finished_at is not null and platform <> $except"


def unsettled(published: Path, overrides: Path, period: str) -> Iterator[str]:
    """Yield lines: per platform the categories of the newest `period` that lack a publisher or a genre.

    Platforms other than Twitch that are crawled are left out: there is nothing to settle theirs with.

    Args:
        published: the published copy.
        overrides: the file that settles those of Twitch.
        period: a period of the rankings.

    Raises:
        CannotServe: nothing has been published yet, or it cannot be read.
    """
    with reading(published) as connection:
        crawled = connection.execute(CRAWLED, {"except": OVERRIDDEN}).fetchall()
        for found in current_periods(connection, period):
            if (found.platform,) in crawled:
                continue
            asked = {"platform": found.platform, "period": period, "start": found.start, "limit": MOST}
            rows = connection.execute(QUERY, asked).fetchall()
            if rows:
                yield f"{found.platform} categories that count as (unknown), most watched first:"
                yield from (
                    f"  {game_id}  {name}: {hours:,.0f} h, {lack}" for game_id, name, hours, lack in rows
                )
                yield _how_to_settle(found.platform, overrides)


def _how_to_settle(platform: str, overrides: Path) -> str:
    if platform == OVERRIDDEN:
        return (
            f"settle them in {overrides}: a header game_id,publisher,genre and a line for each;"
            " (not a game) as the genre takes a category out of the games"
        )
    return f"settle them by a table of games: make import GAMES=games.csv PLATFORM={platform}"
