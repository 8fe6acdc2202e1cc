with

source as (

    select * from {{ source('twitch', 'stream_details') }}

)

select
    platform,
    observed_at,
    user_id as streamer_id,
    user_login as streamer_login,
    user_name as streamer_name,
    coalesce(nullif(game_id, ''), '(no category)') as game_id,
    nullif(game_name, '') as game_name,
    _dlt_load_id as load_id
from source
