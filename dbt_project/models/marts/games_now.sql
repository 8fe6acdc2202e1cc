with

games as (

    select * from {{ ref('int_games_live') }}

)

select
    platform,
    game_id,
    game_name,
    viewer_count,
    stream_count,
    top_streamer_name,
    top_streamer_viewers,
    started_last_15_minutes
from games
