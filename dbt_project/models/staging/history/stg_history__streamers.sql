with

source as (

    select * from {{ source('history', 'history_streamers') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by platform, observed_at, username
            order by timestamp desc, viewers desc, followers desc nulls last, game desc
        ) as position
    from source

)

select
    platform,
    observed_at,
    username as streamer_id,
    game as game_id,
    viewers as viewer_count,
    followers as follower_count
from numbered
where position = 1
