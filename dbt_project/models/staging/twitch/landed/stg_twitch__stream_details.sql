with

source as (

    select * from {{ source('twitch', 'stream_details') }}

)

select
    platform,
    observed_at,
    id as stream_id,
    details_id,
    user_id as streamer_id,
    user_login as streamer_login,
    user_name as streamer_name,
    coalesce(nullif(nullif(game_id, ''), '0'), '(no category)') as game_id,
    nullif(game_name, '') as game_name,
    nullif(title, '') as title,
    cast(tags as string) as tags
from source
where {{ has_happened('observed_at') }}
