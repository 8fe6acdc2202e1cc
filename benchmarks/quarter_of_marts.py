"""The marts of a quarter of Twitch, made by SQL in a warehouse file: as many rows and as wide as real ones.

A ranking keeps what is within the first 1,000 by any of its ranks, about twice as many; a streamer has three
sessions a week on average. The same arguments give the same rows.
"""

from datetime import date, timedelta
from pathlib import Path

import duckdb

FIRST_DAY = date(2026, 1, 1)
RANKED = {"games": 1_800, "publishers": 400, "genres": 23, "languages": 40, "tags": 2_200}
RANKED_BY = {
    "games": "(500000 + i)::varchar as game_id",
    "publishers": "'Publisher ' || i as publisher",
    "genres": "'Genre ' || i as genre",
    "languages": "'l' || i as language",
    "tags": "'Tag ' || i as tag",
}


def make_marts(warehouse: Path, *, days: int, streamers: int, sessions_a_week: float = 3) -> None:
    """Write a warehouse that holds every mart of the contract for `days` days of `streamers` streamers."""
    with duckdb.connect(warehouse) as connection:
        connection.execute("create schema marts")
        values = {"first": FIRST_DAY, "after": FIRST_DAY + timedelta(days=days)}
        connection.execute(f"create temp table periods as {PERIODS}", values)
        connection.execute("create temp macro u(a, b) as (hash(a, b) % 1000003 + 0.5) / 1000003")
        for mart, select in _selects(days, streamers, sessions_a_week).items():
            described = connection.execute(f"describe {select}").fetchall()
            types = ", ".join(f"{name} {_contract(type_)}" for name, type_, *_ in described)
            connection.execute(f"create table marts.{mart} ({types})")
            connection.execute(f"insert into marts.{mart} {select}")


def _contract(type_: str) -> str:
    """Return the contract's type for what SQL makes of a literal or of an arithmetic expression."""
    if type_.startswith("DECIMAL"):
        return "DOUBLE"
    return "BIGINT" if type_ in ("INTEGER", "UBIGINT", "HUGEINT") else type_


def _selects(days: int, streamers: int, sessions_a_week: float) -> dict[str, str]:
    sizes = {
        "first": f"timestamp '{FIRST_DAY}'",
        "hours": days * 24,
        "crawls": days * 288,
        "streamers": streamers,
        "ranked": min(2_000, streamers),
        "growing": min(1_200, streamers),
        "sessions": round(streamers * days * sessions_a_week / 7),
        "live": streamers * 4 // 15,
    }
    categories = {
        f"rank_{name}": CATEGORY.format(
            key=RANKED_BY[name], name="'Game ' || i as game_name," if name == "games" else "", rows=rows
        )
        for name, rows in RANKED.items()
    }
    return {**categories, **{mart: select.format(**sizes) for mart, select in OTHERS.items()}}


PERIODS = """
select kind as period, s::date as period_start,
    (case kind when 'day' then s + interval 1 day when 'week' then s + interval 7 day
        when 'month' then s + interval 1 month when 'quarter' then s + interval 3 month
        else s + interval 1 year end)::date as period_end
from (
    select distinct kind, date_trunc(kind, d) as s
    from (select unnest(['day', 'week', 'month', 'quarter', 'year']) as kind),
        (select unnest(generate_series($first::date, $after::date - 1, interval 1 day)) as d)
)
union all
select 'last_' || n || '_days', $after::date - n, $after::date from (select unnest([7, 30, 90]) as n)
"""
CATEGORY = """
select 'twitch' as platform, period, period_start, {key}, period_end, true as is_closed, i + 1 as rank,
    1 + hash(i, period) % {rows} as previous_rank, previous_rank::bigint - i - 1 as rank_change,
    1 + hash(i, 2) % {rows} as rank_by_hours_broadcast, i + 1 as rank_by_average_viewers,
    1 + hash(i, 4) % {rows} as rank_by_peak_viewers, {name}
    9e6 * u(i, period_start) / (i + 1) as hours_watched, 9e6 * u(i, 5) / (i + 1) as previous_hours_watched,
    1e5 * u(i, 6) / (i + 1) as hours_broadcast, hours_watched / 24 as average_viewers,
    hours_broadcast / 24 as average_channels, hours_watched / hours_broadcast as viewers_per_channel,
    (3 * average_viewers)::bigint as peak_viewers, (3 * average_channels)::bigint as peak_channels,
    (1e5 / (i + 1))::bigint as unique_streamers, u(i, period) / (i + 1) as share, 0.998 as coverage
from range({rows}) as t(i), periods
"""
OTHERS = {
    "rank_streamers": """
select 'twitch' as platform, period, period_start, (100000000 + i * 137)::varchar as streamer_id, period_end,
    true as is_closed, i + 1 as rank, 1 + hash(i, period) % {ranked} as previous_rank,
    previous_rank::bigint - i - 1 as rank_change, 1 + hash(i, 2) % {ranked} as rank_by_hours_broadcast,
    1 + hash(i, 3) % {ranked} as rank_by_average_viewers, 1 + hash(i, 4) % {ranked} as rank_by_peak_viewers,
    'Streamer' || i as streamer_name, 'streamer' || i as streamer_login, 'en' as language,
    'partner' as broadcaster_type, 'Game ' || i % 400 as main_game, (1e6 * u(i, 7))::bigint as followers,
    (1e3 * u(i, 8))::bigint as followers_gained, 4e5 * u(i, period_start) as hours_watched,
    hours_watched / 99 as hours_watched_error, 20 * u(i, 9) as hours_broadcast,
    u(i, 10) as hours_broadcast_error,
    hours_watched / hours_broadcast as average_viewers, (2 * average_viewers)::bigint as peak_viewers,
    1 + i % 7 as active_days, 1 + i % 9 as sessions, u(i, period) / 1000 as share, 0.998 as coverage
from range({ranked}) as t(i), periods""",
    "rank_follower_growth": """
select 'twitch' as platform, period, period_start, case g when 0 then '(all)' else 'Genre ' || g end as genre,
    (100000000 + i * 137)::varchar as streamer_id, period_end, true as is_closed, i + 1 as rank,
    1 + hash(i, g) % {growing} as rank_by_gained, 'Streamer' || i as streamer_name,
    (1e5 * u(i, g))::bigint as follower_base, period_start + interval 7 minute as follower_base_at,
    follower_base + (1e4 * u(i, period))::bigint as follower_last,
    period_end - interval 7 minute as follower_last_at, follower_last - follower_base as followers_gained,
    followers_gained / (follower_base + 1) as follower_growth, 0.998 as coverage
from range({growing}) as t(i), range(22) as s(g), periods""",
    "streamer_activity": """
select 'twitch' as platform, period, (100000000 + i * 137)::varchar as streamer_id,
    'Streamer' || i as streamer_name, 40 * u(i, period) as hours_broadcast, 5e4 * u(i, 3) as hours_watched,
    hours_watched / hours_broadcast as average_viewers, (2 * average_viewers)::bigint as peak_viewers,
    1 + i % 9 as sessions, 1 + i % 7 as active_days, 1 + i % 4 as games_played,
    'Game ' || i % 400 as main_game
from range({streamers}) as t(i), (select period from periods where period like 'last_%')""",
    "sessions": """
select 'twitch' as platform, streamer_id || '@' || epoch(started_at)::bigint as session_id, streamer_id,
    'Streamer' || i % {streamers} as streamer_name, started_at,
    started_at + to_seconds((airtime_hours * 3600)::bigint + 180) as ended_at, false as is_live,
    airtime_hours, airtime_hours + 0.05 as duration_hours, 3e3 * u(i, 2) as hours_watched,
    hours_watched / airtime_hours as average_viewers, (2 * average_viewers)::bigint as peak_viewers,
    'Game ' || hash(i, 3) % 400 as main_game, 1 + i % 4 as games_played,
    [(40000000000 + i * 17)::varchar] as stream_ids
from (
    select i, (100000000 + i % {streamers} * 137)::varchar as streamer_id,
        {first} + to_seconds((hash(i) % ({hours} * 3600))::bigint) as started_at,
        0.1 + 5 * u(i, 1) as airtime_hours
    from range({sessions}) as t(i)
)""",
    "streamers": """
select 'twitch' as platform, (100000000 + i * 137)::varchar as streamer_id, 'Streamer' || i as streamer_name,
    'streamer' || i as streamer_login, {first} + to_seconds(hash(i) % 86400) as first_seen_at,
    first_seen_at + interval 80 day as last_seen_at,
    case when i % 20 = 0 then ['Old' || i] else [] end as earlier_names, []::varchar[] as earlier_logins,
    'affiliate' as broadcaster_type, timestamp '2020-01-01' as created_at,
    (1e6 * u(i, 7))::bigint as followers
from range({streamers}) as t(i)""",
    "games": """
select 'twitch' as platform, (500000 + i)::varchar as game_id, 'Game ' || i as game_name,
    {first} as first_seen_at, {first} as last_seen_at, []::varchar[] as earlier_names,
    ['Publisher ' || i % 400] as publishers, ['Genre ' || i % 22] as genres,
    date '2020-01-01' as release_date, 'igdb' as metadata_source, false as is_not_a_game,
    game_id as shared_game_id
from range(4000) as t(i)""",
    "games_across_platforms": """
select ['kick', 'twitch'][p] as platform, period, period_start, (500000 + i)::varchar as game_id, period_end,
    true as is_closed, i as rank, 'Game ' || i as game_name,
    9e6 * u(i, period_start) / i as hours_watched, 2 * hours_watched as game_hours_watched,
    1e5 * u(i, 6) / i as hours_broadcast,
    (1e5 / i)::bigint as unique_streamers, 0.5 as share, ['kick', 'twitch'] as platforms,
    []::varchar[] as absent_platforms, 0.998 as coverage
from range(1, 1001) as t(i), range(1, 3) as s(p), periods""",
    "live_now": """
select 'twitch' as platform, (40000000000 + i * 17)::varchar as stream_id,
    (100000000 + i * 137)::varchar as streamer_id, 'Streamer' || i as streamer_name,
    (500000 + i % 4000)::varchar as game_id, 'Game ' || i % 4000 as game_name,
    'a title of ordinary length, number ' || i as title, 'en' as language, ['English', 'Chill'] as tags,
    (1e5 / (i + 1))::bigint as viewer_count, {first} as started_at, {first} as observed_at
from range({live}) as t(i)""",
    "games_now": """
select 'twitch' as platform, (500000 + i)::varchar as game_id, 'Game ' || i as game_name,
    (1e5 / (i + 1))::bigint as viewer_count, 20 as stream_count, 'Streamer' || i as top_streamer_name,
    (1e4 / (i + 1))::bigint as top_streamer_viewers, 3 as started_last_15_minutes from range(2000) as t(i)""",
    "hourly_activity": """
select 'twitch' as platform, {first} + to_hours(i) as hour_at, 1e6 * u(i, 1) as average_viewers,
    (1e6 * u(i, 2))::bigint as peak_viewers, 8e4 * u(i, 3) as average_channels,
    (8e4 * u(i, 4))::bigint as peak_channels, 0.998 as coverage from range({hours}) as t(i)""",
    "crawls": """
select 'twitch' as platform, {first} + to_minutes(5 * i) as observed_at,
    observed_at + interval 90 second as finished_at, true as is_complete, 'end' as stop_reason, 900 as pages,
    80000 as streams, 12 as doubles, 900 as points_used, 2 as found_by_id, 0 as rejected,
    300 as sample_seconds
from range({crawls}) as t(i)""",
    "monthly_activity": """
select 'twitch' as platform, period_start as month, 300000 as unique_streamers,
    1e7 * u(1, month) as hours_broadcast, 1e9 * u(2, month) as hours_watched,
    1e6 * u(3, month) as average_viewers, 8e4 * u(4, month) as average_channels,
    25.0::double as viewers_per_channel, 4000000 as peak_viewers, 110000 as peak_channels,
    4000000 as sessions,
    0.2 as top_100_share, 0.5 as top_1000_share, 0.8 as top_10000_share, true as is_closed, 0.998 as coverage
from periods where period = 'month'""",
}
