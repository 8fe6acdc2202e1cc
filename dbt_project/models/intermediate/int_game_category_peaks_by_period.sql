{{ config(
    materialized='incremental', incremental_strategy='replace_periods', period_version='facts_version'
) }}

with

{{ stale_period_days() }}

select
    daily.platform,
    period_days.period,
    period_days.period_start,
    daily.category_type,
    daily.category,
    max(daily.peak_viewers) as peak_viewers,
    max(daily.peak_channels) as peak_channels,
    max(period_days.source_version) as source_version
from {{ ref('int_game_category_peaks_daily') }} as daily
inner join period_days
    on daily.platform = period_days.platform
    and daily.day = period_days.day
group by
    daily.platform, period_days.period, period_days.period_start, daily.category_type, daily.category
