{{ config(materialized='incremental', incremental_strategy='replace_periods', stale='facts') }}
-- depends_on: {{ ref('int_day_facts') if not execute }}
{%- set by_type = 'partition by named.period_number, named.category_type, named.is_pseudo' %}

-- Games, publishers, genres, languages and tags are ranked by one mechanism, in split units: whole numbers.
with

periods as (

    select
        periods.platform,
        periods.period,
        periods.period_start,
        periods.period_end,
        parts.period_number
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('int_period_parts') }} as parts
        on periods.platform = parts.platform
        and periods.period = parts.period
        and periods.period_start = parts.period_start
        and parts.is_first
    where {{ in_stale_periods('periods') }}

),

daily as (

    select
        platform,
        day,
        category_type,
        category,
        peak_viewers,
        peak_channels
    from {{ ref('int_category_peaks_daily') }}
    union all
    select
        platform,
        day,
        'tag' as category_type,
        tag as category,
        peak_viewers,
        peak_channels
    from {{ ref('int_tag_peaks_daily') }}

),

-- a period's peak is the highest of its days': a lower bound, never corrected
peaks as (

    select
        periods.platform,
        periods.period,
        periods.period_start,
        periods.period_number,
        daily.category_type,
        daily.category,
        max(daily.peak_viewers) as peak_viewers,
        max(daily.peak_channels) as peak_channels
    from daily
    inner join periods
        on daily.platform = periods.platform
        and daily.day >= periods.period_start
        and daily.day < periods.period_end
    group by
        periods.platform, periods.period, periods.period_start, periods.period_number,
        daily.category_type, daily.category

),

named as (

    select
        *,
        {{ category_number('category_type', 'category') }} as category_number,
        category_type <> 'tag' and category in ('(no category)', '(not a game)', '(unknown)') as is_pseudo
    from peaks

)

select
    named.platform,
    named.period,
    named.period_start,
    named.category_type,
    named.category,
    named.is_pseudo,
    sums.unique_streamers,
    sums.airtime_units,
    sums.viewer_units,
    named.peak_viewers,
    named.peak_channels,
    case when not named.is_pseudo then cast(rank() over (
        {{ by_type }} order by sums.viewer_units desc
    ) as bigint) end as rank_by_hours_watched,
    case when not named.is_pseudo then cast(rank() over (
        {{ by_type }} order by sums.airtime_units desc
    ) as bigint) end as rank_by_hours_broadcast,
    case when not named.is_pseudo then cast(rank() over (
        {{ by_type }} order by named.peak_viewers desc
    ) as bigint) end as rank_by_peak_viewers
from named
inner join {{ ref('int_category_sums_by_period') }} as sums
    on named.period_number = sums.period_number
    and named.category_number = sums.category_number
