-- Growth counts from the last reading before a period, if it is recent, else from the first reading in it.
with

daily as (

    select * from {{ ref('int_followers_daily') }}

),

periods as (

    select
        *,
        least(end_epoch - start_epoch, 7 * 86400) as reach_seconds
    from {{ ref('int_periods') }}
    where is_listed

),

within_period as (

    select
        periods.platform,
        periods.period,
        periods.period_start,
        daily.streamer_id,
        min_by(daily.first_follower_count, daily.first_counted_at) as first_follower_count,
        min(daily.first_counted_at) as first_counted_at,
        max_by(daily.last_follower_count, daily.last_counted_at) as follower_last,
        max(daily.last_counted_at) as follower_last_at
    from daily
    inner join periods
        on daily.platform = periods.platform
        and daily.day >= periods.period_start
        and daily.day < periods.period_end
    group by periods.platform, periods.period, periods.period_start, daily.streamer_id

),

before_period as (

    select
        periods.platform,
        periods.period,
        periods.period_start,
        daily.streamer_id,
        max_by(daily.last_follower_count, daily.last_counted_at) as follower_count,
        max(daily.last_counted_at) as counted_at
    from daily
    inner join periods
        on daily.platform = periods.platform
        and daily.day < periods.period_start
        and daily.day >= cast(periods.period_start - interval '8' day as date)
        and {{ epoch_seconds('daily.last_counted_at') }} >= periods.start_epoch - periods.reach_seconds
    group by periods.platform, periods.period, periods.period_start, daily.streamer_id

)

select
    within_period.platform,
    within_period.period,
    within_period.period_start,
    within_period.streamer_id,
    coalesce(before_period.follower_count, within_period.first_follower_count) as follower_base,
    coalesce(before_period.counted_at, within_period.first_counted_at) as follower_base_at,
    within_period.follower_last,
    within_period.follower_last_at,
    within_period.follower_last
    - coalesce(before_period.follower_count, within_period.first_follower_count) as followers_gained
from within_period
left join before_period
    on within_period.platform = before_period.platform
    and within_period.period = before_period.period
    and within_period.period_start = before_period.period_start
    and within_period.streamer_id = before_period.streamer_id
