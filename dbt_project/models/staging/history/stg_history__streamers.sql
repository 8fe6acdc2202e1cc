with

source as (

    select * from {{ source('history', 'history_streamers') }}

)

select
    platform,
    observed_at,
    username as streamer_id,
    timestamp as said_epoch,
    game as game_id,
    viewers as viewer_count,
    followers as follower_count
from source
where viewers between 0 and 100000000
