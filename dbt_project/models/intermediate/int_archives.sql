with

videos as (

    select * from {{ ref('stg_twitch__videos') }}

)

select
    platform,
    stream_id,
    max(duration_seconds) as duration_seconds
from videos
group by platform, stream_id
