with

streams as (

    select * from {{ ref('int_streams_live') }}

)

select
    platform,
    stream_id,
    streamer_id,
    streamer_name,
    game_id,
    game_name,
    title,
    language,
    tags,
    viewer_count,
    started_at,
    observed_at
from streams
