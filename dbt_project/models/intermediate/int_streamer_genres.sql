with

followers as (

    select * from {{ ref('int_followers_by_period') }}

),

streamer_games as (

    select games.*
    from {{ ref('int_streamer_games_by_period') }} as games
    inner join followers
        on games.platform = followers.platform
        and games.period = followers.period
        and games.period_start = followers.period_start
        and games.streamer_id = followers.streamer_id

),

genres as (

    select * from {{ ref('int_game_facts') }}
    where kind = 'genre'

),

streamers as (

    select * from {{ ref('int_streamers_by_period') }}

),

by_genre as (

    select
        streamer_games.platform,
        streamer_games.period,
        streamer_games.period_start,
        streamer_games.streamer_id,
        genres.value as genre,
        sum(streamer_games.airtime_seconds) as airtime_seconds
    from streamer_games
    inner join genres
        on streamer_games.platform = genres.platform
        and streamer_games.game_id = genres.game_id
    group by
        streamer_games.platform,
        streamer_games.period,
        streamer_games.period_start,
        streamer_games.streamer_id,
        genres.value

)

select
    by_genre.platform,
    by_genre.period,
    by_genre.period_start,
    by_genre.streamer_id,
    by_genre.genre
from by_genre
inner join streamers
    on by_genre.platform = streamers.platform
    and by_genre.period = streamers.period
    and by_genre.period_start = streamers.period_start
    and by_genre.streamer_id = streamers.streamer_id
where 2 * by_genre.airtime_seconds > streamers.airtime_seconds
