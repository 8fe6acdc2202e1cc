{{ config(materialized='incremental', incremental_strategy='replace_periods') }}

with

{{ stale_period_days(['week', 'month']) }}

select
    period_days.platform,
    period_days.period,
    period_days.period_start,
    labels.category_type,
    labels.category,
    labels.streamer_id,
    cast(sum(labels.airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(labels.viewer_seconds) as bigint) as viewer_seconds,
    max(period_days.source_version) as source_version
from {{ ref('int_labels_daily') }} as labels
inner join period_days
    on labels.platform = period_days.platform
    and labels.day = period_days.day
group by
    period_days.platform, period_days.period, period_days.period_start,
    labels.category_type, labels.category, labels.streamer_id
