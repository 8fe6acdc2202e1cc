with

source as (

    select * from {{ source('twitch', 'videos') }}

)

select
    platform,
    id as video_id,
    stream_id,
    user_id as streamer_id,
    created_at,
    duration_seconds,
    fetched_at
from source
where stream_id is not null
