{{ config(materialized='incremental', incremental_strategy='replace_periods', stale='history') }}

-- Weeks and months summed up once: longer periods, and names over the years, are put together from them.
select
    periods.platform,
    periods.period,
    periods.period_start,
    days.streamer_id,
    cast(sum(days.airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(days.viewer_seconds) as bigint) as viewer_seconds,
    max(days.peak_viewers) as peak_viewers,
    count(*) as active_days,
    cast(sum(days.session_count) as bigint) as session_count,
    cast(sum(days.airtime_var12) as {{ big_integer() }}) as airtime_var12,
    cast(sum(days.watched_var12) as {{ big_integer() }}) as watched_var12,
    min(days.first_epoch) as first_epoch,
    max(days.last_epoch) as last_epoch,
    max_by(days.last_language, days.last_epoch) as last_language,
    max_by(days.streamer_login, days.last_epoch) as streamer_login,
    max_by(days.streamer_name, days.last_epoch) as streamer_name
from {{ ref('int_streamer_days') }} as days
inner join {{ ref('int_periods') }} as periods
    on days.platform = periods.platform
    and days.day >= periods.period_start
    and days.day < periods.period_end
where
    periods.period in ('week', 'month')
    and {{ in_stale_periods('periods') }}
group by periods.platform, periods.period, periods.period_start, days.streamer_id
