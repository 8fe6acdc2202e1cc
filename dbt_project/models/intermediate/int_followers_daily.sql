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

),

history as (

    select
        platform,
        day,
        streamer_id,
        min_by(first_follower_count, first_counted_at) as first_follower_count,
        min(first_counted_at) as first_counted_at,
        max_by(last_follower_count, last_counted_at) as last_follower_count,
        max(last_counted_at) as last_counted_at
    from {{ ref('int_activity_daily') }}
    where last_counted_at is not null
    group by platform, day, streamer_id

)

select * from live
union all
select * from history
