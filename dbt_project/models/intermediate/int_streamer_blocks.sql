{{ config(
    materialized='incremental', incremental_strategy='replace_periods', period_version='history_version'
) }}

with

{{ stale_period_days(['week', 'month']) }}

select
    period_days.platform,
    period_days.period,
    period_days.period_start,
    daily.streamer_id,
    cast(sum(daily.airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(daily.viewer_seconds) as bigint) as viewer_seconds,
    max(daily.peak_viewers) as peak_viewers,
    count(*) as active_days,
    cast(sum(daily.session_count) as bigint) as session_count,
    sum(daily.airtime_var12) as airtime_var12,
    sum(daily.watched_var12) as watched_var12,
    max(daily.last_observed_at) as last_observed_at,
    max_by(daily.last_language, daily.last_observed_at) as last_language,
    max(period_days.source_version) as source_version
from {{ ref('int_streamer_days') }} as daily
inner join period_days
    on daily.platform = period_days.platform
    and daily.day = period_days.day
group by period_days.platform, period_days.period, period_days.period_start, daily.streamer_id
