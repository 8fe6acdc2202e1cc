with

source as (

    select * from {{ source('twitch', 'observations') }}

)

select
    platform,
    observed_at,
    id as stream_id,
    user_id as streamer_id,
    coalesce(nullif(game_id, ''), '(no category)') as game_id,
    coalesce(language, '') as language,
    viewer_count,
    started_at,
    details_id
from source
