with

streamers as (

    select * from {{ ref('int_streamers') }}

),

followers as (

    select
        platform,
        streamer_id,
        max_by(last_follower_count, last_counted_at) as followers
    from {{ ref('int_followers_daily') }}
    group by platform, streamer_id

)

select
    streamers.platform,
    streamers.streamer_id,
    streamers.streamer_name,
    streamers.streamer_login,
    streamers.first_seen_at,
    streamers.last_seen_at,
    streamers.earlier_names,
    streamers.earlier_logins,
    streamers.broadcaster_type,
    streamers.created_at,
    followers.followers
from streamers
left join followers
    on streamers.platform = followers.platform
    and streamers.streamer_id = followers.streamer_id
