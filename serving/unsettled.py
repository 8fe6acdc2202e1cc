"""Names the most watched categories that count as `(unknown)`, and how to settle each kind of them."""

from collections.abc import Iterator
from pathlib import Path

from serving.current_rankings import current_periods
from serving.published import reading

TWITCH = "twitch"
MOST = 10
# of another platform a category is named as a line of the overrides begins: by what has its facts
QUERY = """
    select
        case when ranked.platform = $twitch or shared_game_id is null then games.game_id
            when shared_game_id like '%:%' then concat(ranked.platform, ',', games.game_id)
            else concat($twitch, ',', shared_game_id) end,
        games.game_name, ranked.hours_watched,
        case when publishers = [] and genres = [] then 'no publisher, no genre'
            when publishers = [] then 'no publisher' else 'no genre' end,
        shared_game_id is null
    from marts.rank_games as ranked inner join marts.games as games using (platform, game_id)
    where ranked.platform = $platform and ranked.period = $period and ranked.period_start = $start
        and not games.is_not_a_game and (publishers = [] or genres = [])
    order by ranked.hours_watched desc, games.game_id
    limit $limit
"""


def unsettled(published: Path, overrides: Path, period: str) -> Iterator[str]:
    """Yield lines: per platform the categories of the newest `period` that lack a publisher or a genre.

    Args:
        published: the published copy.
        overrides: the file that settles those of platforms that are crawled.
        period: a period of the rankings.

    Raises:
        CannotServe: nothing has been published yet, or it cannot be read.
    """
    with reading(published) as connection:
        for found in current_periods(connection, period):
            asked = {"platform": found.platform, "period": period, "start": found.start, "limit": MOST}
            rows = connection.execute(QUERY, asked | {"twitch": TWITCH}).fetchall()
            if rows:
                yield f"{found.platform} categories that count as (unknown), most watched first:"
                yield from (
                    f"  {game_id}  {name}: {hours:,.0f} h, {lack}" for game_id, name, hours, lack, _ in rows
                )
                is_imported = rows[0][-1]
                yield _how_to_settle(found.platform, overrides, is_imported=is_imported)


def _how_to_settle(platform: str, overrides: Path, *, is_imported: bool) -> str:
    if is_imported:
        return f"settle them by a table of games: make import GAMES=games.csv PLATFORM={platform}"
    header = "game_id,publisher,genre" if platform == TWITCH else "platform,game_id,publisher,genre"
    return (
        f"settle them in {overrides}: a header {header} and a line for each;"
        " (not a game) as the genre takes a category out of the games"
    )
