with

days as (

    select
        platform,
        streamer_id,
        min(first_observed_at) as first_seen_at,
        max(last_observed_at) as last_seen_at,
        max_by(streamer_login, last_observed_at) as observed_login,
        max_by(streamer_name, last_observed_at) as observed_name
    from {{ ref('int_streamer_days') }}
    group by platform, streamer_id

),

users as (

    select
        platform,
        streamer_id,
        max(observed_at) as named_at,
        max_by(streamer_login, observed_at) as streamer_login,
        max_by(streamer_name, observed_at) as streamer_name
    from {{ ref('stg_twitch__user_names') }}
    group by platform, streamer_id

),

named as (

    select
        days.*,
        users.streamer_login as user_login,
        users.streamer_name as user_name,
        coalesce(users.named_at > days.last_seen_at, false) as is_named_since
    from days
    left join users
        on days.platform = users.platform
        and days.streamer_id = users.streamer_id

)

select
    platform,
    streamer_id,
    first_seen_at,
    last_seen_at,
    case when is_named_since then user_login else observed_login end as streamer_login,
    case when is_named_since then user_name else observed_name end as streamer_name
from named
