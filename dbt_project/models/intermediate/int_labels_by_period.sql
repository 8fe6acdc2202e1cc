{{ config(materialized='incremental', incremental_strategy='replace_periods') }}
{%- set label = 'category_type, category, streamer_id, airtime_seconds, viewer_seconds' %}

with

{{ stale_parts() }},

units as (

    select
        platform,
        'day' as part,
        day as part_start,
        {{ label }}
    from {{ ref('int_labels_daily') }}
    union all
    select
        platform,
        period as part,
        period_start as part_start,
        {{ label }}
    from {{ ref('int_label_blocks') }}

),

streamers as (

    select
        parts.platform,
        parts.period,
        parts.period_start,
        units.category_type,
        units.category,
        units.streamer_id,
        sum(units.airtime_seconds) as airtime_seconds,
        sum(units.viewer_seconds) as viewer_seconds,
        max(parts.source_version) as source_version
    from parts
    inner join units
        on parts.platform = units.platform
        and parts.part = units.part
        and parts.part_start = units.part_start
    group by
        parts.platform, parts.period, parts.period_start, units.category_type, units.category,
        units.streamer_id

),

sums as (

    select
        platform,
        period,
        period_start,
        category_type,
        category,
        count(*) as unique_streamers,
        cast(sum(airtime_seconds) as {{ big_integer() }}) * {{ split_units() }} as airtime_units,
        cast(sum(viewer_seconds) as {{ big_integer() }}) * {{ split_units() }} as viewer_units,
        max(source_version) as source_version
    from streamers
    group by platform, period, period_start, category_type, category

)

select
    sums.*,
    sums.category_type = 'language' and sums.category = '(unknown)' as is_pseudo,
    peaks.peak_viewers,
    peaks.peak_channels
from sums
inner join {{ ref('int_label_peaks_by_period') }} as peaks
    on sums.platform = peaks.platform
    and sums.period = peaks.period
    and sums.period_start = peaks.period_start
    and sums.category_type = peaks.category_type
    and sums.category = peaks.category
