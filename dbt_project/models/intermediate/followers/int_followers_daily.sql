-- The first and last count of each day, read live or imported.
with

live as (

    select
        platform,
        {{ local_date('observed_at') }} as day,
        streamer_id,
        min_by(follower_count, observed_at) as first_follower_count,
        min(observed_at) as first_counted_at,
        max_by(follower_count, observed_at) as last_follower_count,
        max(observed_at) as last_counted_at
    from {{ ref('stg_twitch__followers') }}
    group by platform, {{ local_date('observed_at') }}, streamer_id

)

select * from live
union all
select
    platform,
    day,
    streamer_id,
    first_follower_count,
    {{ instant('first_counted_epoch') }} as first_counted_at,
    last_follower_count,
    {{ instant('last_counted_epoch') }} as last_counted_at
from {{ ref('int_streamer_days') }}
where last_counted_epoch is not null
