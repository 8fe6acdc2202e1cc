with

source as (

    select * from {{ source('twitch', 'followers') }}

)

select
    platform,
    user_id as streamer_id,
    observed_at,
    max(follower_count) as follower_count
from source
where
    follower_count is not null
    and {{ has_happened('observed_at') }}
group by platform, user_id, observed_at
