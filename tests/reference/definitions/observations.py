"""From raw rows to the crawls and the observations that count: doubles removed, files turned into crawls."""

from datetime import datetime

from tests.reference.worlds.world import Crawl, HistoryRow, Observation, World, moment

NO_CATEGORY = "(no category)"


def all_crawls(world: World) -> list[Crawl]:
    """Return every crawl, complete or not, oldest first; the ticks of imported files are crawls."""
    crawls = {crawl.observed_at: crawl for crawl in world.crawls}
    for tick, _ in winning_rows(world):
        crawls[tick] = Crawl(world.platform, tick, world.cadence_seconds, is_complete=True, is_live=False)
    return [crawls[observed_at] for observed_at in sorted(crawls)]


def complete_crawls(world: World) -> list[Crawl]:
    """Return the crawls that feed metrics, oldest first."""
    return [crawl for crawl in all_crawls(world) if crawl.is_complete]


def winning_rows(world: World) -> dict[tuple[datetime, str], HistoryRow]:
    """Return the last imported row of each tick and username."""
    winners: dict[tuple[datetime, str], HistoryRow] = {}
    for row in world.history:
        key = (moment(row.timestamp // world.cadence_seconds * world.cadence_seconds), row.username)
        if key not in winners or _lateness(row) > _lateness(winners[key]):
            winners[key] = row
    return winners


def _lateness(row: HistoryRow) -> tuple[int, int, int, str]:
    return (row.timestamp, row.viewers, -1 if row.followers is None else row.followers, row.game)


def streams(world: World) -> dict[tuple[datetime, str], Observation]:
    """Return one row per crawl (complete or not) and stream: of live streams the one fetched last."""
    found: dict[tuple[datetime, str], Observation] = {}
    for row in world.observations:
        key = (row.observed_at, row.stream_id)
        if key not in found or row.fetched_position > found[key].fetched_position:
            found[key] = row
    for (tick, username), row in winning_rows(world).items():
        found[tick, username] = _as_observation(tick, row)
    return found


def _as_observation(tick: datetime, row: HistoryRow) -> Observation:
    return Observation(
        platform=row.platform,
        observed_at=tick,
        stream_id=None,
        streamer_id=row.username,
        streamer_login=row.username,
        streamer_name=row.username,
        game_id=row.game,
        game_name=row.game,
        title=None,
        tags=None,
        language=None,
        viewer_count=row.viewers,
        started_at=None,
        fetched_position=0,
    )


def counted_observations(world: World) -> list[Observation]:
    """Return one row per complete crawl and streamer: of two streams the newest, in order of crawls."""
    complete = {crawl.observed_at for crawl in complete_crawls(world)}
    counted: dict[tuple[datetime, str], Observation] = {}
    for row in streams(world).values():
        key = (row.observed_at, row.streamer_id)
        if row.observed_at not in complete:
            continue
        if key not in counted or _newness(row) > _newness(counted[key]):
            counted[key] = row
    return sorted(counted.values(), key=lambda row: (row.observed_at, row.streamer_id))


def _newness(row: Observation) -> tuple[datetime, str]:
    return (row.started_at or datetime.min, row.stream_id or "")


def listed_game_id(row: Observation) -> str:
    """Return the game id under which an observation is ranked."""
    return row.game_id or NO_CATEGORY
