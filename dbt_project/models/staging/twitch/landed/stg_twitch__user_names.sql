with

source as (

    select * from {{ source('twitch', 'user_names') }}

)

select distinct
    platform,
    user_id as streamer_id,
    user_login as streamer_login,
    coalesce(user_name, user_login) as streamer_name,
    observed_at
from source
where {{ has_happened('observed_at') }}
