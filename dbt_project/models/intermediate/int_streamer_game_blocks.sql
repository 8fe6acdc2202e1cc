{{ config(materialized='incremental', incremental_strategy='replace_periods') }}

with

{{ stale_period_days(['week', 'month']) }}

select
    period_days.platform,
    period_days.period,
    period_days.period_start,
    activity.streamer_id,
    activity.game_id,
    cast(sum(activity.airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(activity.viewer_seconds) as bigint) as viewer_seconds,
    max(period_days.source_version) as source_version
from {{ ref('int_activity_daily') }} as activity
inner join period_days
    on activity.platform = period_days.platform
    and activity.day = period_days.day
group by
    period_days.platform, period_days.period, period_days.period_start, activity.streamer_id, activity.game_id
