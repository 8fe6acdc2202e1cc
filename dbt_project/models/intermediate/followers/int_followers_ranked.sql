{%- set by_genre = 'partition by platform, period, period_start, genre' %}
-- Growth within each genre that somebody primarily streams, and of everybody.
with

followers as (

    select
        *,
        {{ fingerprint('streamer_id', 60) }} as streamer_number
    from {{ ref('int_followers_by_period') }}
    where
        follower_base >= greatest({{ var('min_follower_base') }}, 1)
        and follower_base_at < follower_last_at

),

genres as (

    select
        platform,
        {{ category_number("'game'", 'game_id') }} as category_number,
        value as genre
    from {{ ref('int_game_facts') }}
    where kind = 'genre'

),

-- unknown games count in the airtime that a genre has to have more than half of
streamer_genres as (

    select
        followers.platform,
        followers.period,
        followers.period_start,
        followers.streamer_id,
        genres.genre
    from followers
    inner join {{ ref('int_streamers_by_period') }} as streamers
        on followers.platform = streamers.platform
        and followers.period = streamers.period
        and followers.period_start = streamers.period_start
        and followers.streamer_id = streamers.streamer_id
    inner join {{ ref('int_streamer_games_by_period') }} as games
        on followers.platform = games.platform
        and followers.period = games.period
        and followers.period_start = games.period_start
        and followers.streamer_number = games.streamer_number
    inner join genres
        on games.platform = genres.platform
        and games.category_number = genres.category_number
    group by
        followers.platform, followers.period, followers.period_start, followers.streamer_id, genres.genre,
        streamers.airtime_seconds
    having 2 * sum(games.airtime_seconds) > streamers.airtime_seconds

),

contenders as (

    select
        followers.*,
        '(all)' as genre
    from followers
    union all
    select
        followers.*,
        streamer_genres.genre
    from followers
    inner join streamer_genres
        on followers.platform = streamer_genres.platform
        and followers.period = streamer_genres.period
        and followers.period_start = streamer_genres.period_start
        and followers.streamer_id = streamer_genres.streamer_id

)

select
    *,
    cast(rank() over (
        {{ by_genre }} order by {{ by_quotient('followers_gained', 'follower_base') }}
    ) as bigint) as rank_by_growth,
    cast(rank() over ({{ by_genre }} order by followers_gained desc) as bigint) as rank_by_gained
from contenders
