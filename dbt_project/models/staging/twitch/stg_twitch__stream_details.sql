with

source as (

    select * from {{ source('twitch', 'stream_details') }}

)

select
    platform,
    observed_at,
    id as stream_id,
    details_id,
    max(user_id) as streamer_id,
    max(user_login) as streamer_login,
    max(user_name) as streamer_name,
    coalesce(nullif(max(game_id), ''), '(no category)') as game_id,
    nullif(max(game_name), '') as game_name,
    nullif(max(title), '') as title,
    max(cast(tags as string)) as tags
from source
group by platform, observed_at, id, details_id
