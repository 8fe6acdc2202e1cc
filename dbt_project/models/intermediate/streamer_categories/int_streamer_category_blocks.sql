{{ config(materialized='incremental', incremental_strategy='replace_periods') }}

-- Weeks and months summed up once: longer periods are put together from them.
select
    periods.platform,
    periods.period,
    periods.period_start,
    days.is_game,
    days.category_number,
    days.streamer_number,
    cast(sum(days.airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(days.viewer_seconds) as bigint) as viewer_seconds
from {{ ref('int_streamer_category_days') }} as days
inner join {{ ref('int_periods') }} as periods
    on days.platform = periods.platform
    and days.day >= periods.period_start
    and days.day < periods.period_end
where
    periods.period in ('week', 'month')
    and {{ in_stale_periods('periods') }}
group by
    periods.platform, periods.period, periods.period_start,
    days.is_game, days.category_number, days.streamer_number
