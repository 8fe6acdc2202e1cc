{{ config(materialized='incremental', incremental_strategy='replace_periods', stale='facts') }}

-- A period's peak is the highest of its days': a lower bound, never corrected.
with

daily as (

    select * from {{ ref('int_category_peaks_daily') }}
    union all
    select
        platform,
        day,
        'tag' as category_type,
        tag as category,
        peak_viewers,
        peak_channels
    from {{ ref('int_tag_peaks_daily') }}

)

select
    periods.platform,
    periods.period,
    periods.period_start,
    daily.category_type,
    daily.category,
    max(daily.peak_viewers) as peak_viewers,
    max(daily.peak_channels) as peak_channels
from daily
inner join {{ ref('int_periods') }} as periods
    on daily.platform = periods.platform
    and daily.day >= periods.period_start
    and daily.day < periods.period_end
where {{ in_stale_periods('periods') }}
group by periods.platform, periods.period, periods.period_start, daily.category_type, daily.category
