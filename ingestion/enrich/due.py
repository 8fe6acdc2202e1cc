"""Finds in raw what enrichment has to ask for; nothing but raw and the landing zone remembers it."""

from datetime import datetime, timedelta

import duckdb
import pyarrow as pa

from ingestion.arrow import arrow_schema
from ingestion.client.budget import Budget, budget_of, window_at
from ingestion.client.videos import EndedStreams
from ingestion.enrich.followers import batches_since, points_of
from ingestion.enrich.names import Names
from ingestion.landing.audit import newest_crawls
from ingestion.platforms.reading import shipped
from ingestion.settings import Settings
from ingestion.warehouse.file import read_raw

# How far back an archive is looked for: most are deleted after a week or two.
ENDED_WITHIN = timedelta(days=2)
# IGDB's clock and caches, against ours.
MARGIN = timedelta(days=1)

IDS = arrow_schema(id=pa.string())
UNSEEN_USERS = """
    select
        user_id as id,
        max_by(user_login, observed_at) as login,
        max_by(user_name, observed_at) as display_name
    from raw.stream_details
    where platform = '{platform}' and user_id not in (select id from raw.users where platform = '{platform}')
    group by user_id
    order by id
"""
UNSEEN_GAMES = """
    select distinct game_id as id from raw.stream_details
    where platform = '{platform}'
        and game_id <> ''
        and game_id not in (select id from raw.games where platform = '{platform}')
    order by id
"""
UNSEEN_IGDB_GAMES = """
    select distinct igdb_id as id from raw.games
    where regexp_full_match(igdb_id, '[0-9]+') and igdb_id not in (select id from raw.igdb_games)
    union
    select igdb_id as id from raw.igdb_links
    where igdb_id is not null and igdb_id not in (select id from raw.igdb_games)
    order by id
"""
# Get Games leaves the IGDB id of games blank, too, and not only of what is no game.
UNLINKED_GAMES = """
    select platform, id from raw.games
    where name is not null and coalesce(igdb_id, '') = ''
        and (platform, id) not in (
            select platform, game_id from raw.igdb_links
            where igdb_id is not null or fetched_at >= timestamp '{before}'
        )
    order by id, platform
"""
CATEGORIES = arrow_schema(platform=pa.string(), id=pa.string())
OLDEST_USERS = """
    select id, login, display_name from raw.users
    where platform = '{platform}' and fetched_at < timestamp '{before}' and id not in ({rejected})
    order by fetched_at, id
    limit {most}
"""
NAMES = arrow_schema(id=pa.string(), login=pa.string(), display_name=pa.string())
OLDEST_GAMES = """
    select id from raw.games
    where platform = '{platform}' and fetched_at < timestamp '{before}' and id not in ({rejected})
    order by fetched_at, id
    limit {most}
"""
# What was answered so lately that it cannot be is asked for as seldom as the rest.
REJECTED = """
    select id from raw.rejected_answers
    where platform = '{platform}' and step = '{step}'
        and fetched_at >= timestamp '{before}' and id is not null
"""
# A stream missing from one crawl has often not ended, so two absences in a row are its end.
ENDED_STREAMS = """
    with
    newest as (
        select distinct observed_at from raw.crawls
        where platform = '{platform}' and is_live and is_complete
        order by observed_at desc
        limit 2
    ),
    ends as (select min(observed_at) as absent_since from newest having count(*) = 2),
    seen as (
        select id, any_value(user_id) as user_id, max(observed_at) as seen_at, max(viewer_count) as viewers
        from raw.observations
        where platform = '{platform}' and observed_at >= timestamp '{since}'
        group by id
    ),
    due as (
        select seen.* from seen
        inner join ends on seen.seen_at < ends.absent_since
        where seen.id not in (select stream_id from raw.video_looks where platform = '{platform}')
    )
    select user_id, array_agg(id order by id) as stream_ids from due
    group by user_id
    order by max(viewers) desc, user_id
    limit {most}
"""
ENDED = arrow_schema(user_id=pa.string(), stream_ids=pa.list_(pa.string()))
KNOWN_IGDB_GAMES = "select id from raw.igdb_games order by id"
IGDB_AS_OF = """
    select coalesce(
        (select max(begun_at) from raw.enrichments where step = 'igdb_refresh' and is_complete),
        (select min(fetched_at) from raw.igdb_games)
    ) as moment
"""
MOMENTS = arrow_schema(moment=pa.timestamp("us"))
SPENT = """
    select cast(coalesce(sum(points_used), 0) as bigint) as points from raw.enrichments
    where platform = '{platform}' and step <> 'followers' and begun_at >= timestamp '{since}'
"""
POINTS = arrow_schema(points=pa.int64())


def budget_at(settings: Settings, platform: str, raw: duckdb.DuckDBPyConnection, now: datetime) -> Budget:
    """Return what enrichment may spend until the next crawl; nothing while there has been no crawl."""
    crawls = newest_crawls(settings.landing, platform, 1, now)
    if not crawls:
        return Budget(0, now)
    window = window_at(now, crawls[0].observed_at, settings.cadence_seconds)
    spent = points_of(batches_since(settings.landing, platform, window.start))
    enrichments = read_raw(raw, {"enrichments"}, SPENT.format(platform=platform, since=window.start), POINTS)
    spent += sum(row["points"] for row in enrichments.to_pylist())
    if crawls[0].observed_at >= window.start:
        spent += crawls[0].points_used
    most = shipped(platform).limits.most_a_minute
    return budget_of(window, points_a_minute=most, spent=spent, share=settings.points_share)


def unseen_users(raw: duckdb.DuckDBPyConnection, platform: str) -> dict[str, Names]:
    """Return the streamers that were seen live and never asked for, with the names they were seen under."""
    return _named(raw, {"stream_details", "users"}, UNSEEN_USERS.format(platform=platform))


def unseen_games(raw: duckdb.DuckDBPyConnection, platform: str) -> list[str]:
    """Return the categories that were seen live and never asked for."""
    return _ids(raw, {"stream_details", "games"}, UNSEEN_GAMES.format(platform=platform))


def unseen_igdb_games(raw: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the IGDB ids of known games that IGDB was never asked for."""
    return _ids(raw, {"games", "igdb_games", "igdb_links"}, UNSEEN_IGDB_GAMES)


def unlinked_games(raw: duckdb.DuckDBPyConnection, before: datetime) -> list[tuple[str, str]]:
    """Return categories without an IGDB id for which IGDB was not asked since that instant.

    Each is a platform and an id of Twitch's: other platforms have them from dumps of Get Games.
    """
    rows = read_raw(raw, {"games", "igdb_links"}, UNLINKED_GAMES.format(before=before), CATEGORIES)
    return list(zip(*rows.to_pydict().values(), strict=True))


def oldest_users(
    raw: duckdb.DuckDBPyConnection, platform: str, before: datetime, most: int
) -> dict[str, Names]:
    """Return login and name of the users fetched before that instant, by id, oldest first."""
    rejected = REJECTED.format(platform=platform, step="users_refresh", before=before)
    query = OLDEST_USERS.format(platform=platform, before=before, rejected=rejected, most=most)
    return _named(raw, {"users", "rejected_answers"}, query)


def oldest_games(raw: duckdb.DuckDBPyConnection, platform: str, before: datetime, most: int) -> list[str]:
    """Return the categories fetched before that instant, oldest first."""
    rejected = REJECTED.format(platform=platform, step="games_refresh", before=before)
    query = OLDEST_GAMES.format(platform=platform, before=before, rejected=rejected, most=most)
    return _ids(raw, {"games", "rejected_answers"}, query)


def ended_streams(
    raw: duckdb.DuckDBPyConnection, platform: str, now: datetime, most: int
) -> list[EndedStreams]:
    """Return at most `most` streamers with ended streams whose archives were not asked for, by viewers."""
    query = ENDED_STREAMS.format(platform=platform, since=now - ENDED_WITHIN, most=most)
    rows = read_raw(raw, {"crawls", "observations", "video_looks"}, query, ENDED).to_pylist()
    return [EndedStreams(row["user_id"], tuple(row["stream_ids"])) for row in rows]


def igdb_refresh(raw: duckdb.DuckDBPyConnection, before: datetime) -> tuple[list[str], datetime | None]:
    """Return the known IGDB ids and since when changes are to be asked for.

    No ids when the last refresh was not before that instant.
    """
    [as_of] = read_raw(raw, {"enrichments", "igdb_games"}, IGDB_AS_OF, MOMENTS)["moment"].to_pylist() or [
        None
    ]
    if as_of is None or as_of >= before:
        return [], None
    return _ids(raw, {"igdb_games"}, KNOWN_IGDB_GAMES), as_of - MARGIN


def _named(raw: duckdb.DuckDBPyConnection, tables: set[str], query: str) -> dict[str, Names]:
    rows = read_raw(raw, tables, query, NAMES).to_pylist()
    return {row["id"]: (row["login"], row["display_name"]) for row in rows}


def _ids(raw: duckdb.DuckDBPyConnection, tables: set[str], query: str) -> list[str]:
    return [row["id"] for row in read_raw(raw, tables, query, IDS).to_pylist()]
