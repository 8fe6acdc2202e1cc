{{ config(
    materialized='incremental', incremental_strategy='replace_periods', period_version='facts_version'
) }}
{%- set columns -%}
    platform,
        period,
        period_start,
        category_type,
        category,
        is_pseudo,
        unique_streamers,
        airtime_units,
        viewer_units,
        peak_viewers,
        peak_channels
{%- endset %}

with

{{ stale_periods() }},

categories as (

    select {{ columns }} from {{ ref('int_game_categories_by_period') }}
    union all
    select {{ columns }} from {{ ref('int_labels_by_period') }}

),

stale as (

    select
        categories.*,
        stale_periods.source_version
    from categories
    inner join stale_periods
        on categories.platform = stale_periods.platform
        and categories.period = stale_periods.period
        and categories.period_start = stale_periods.period_start

)

select
    stale.*,
    case when not stale.is_pseudo then rank() over (by_type order by stale.viewer_units desc) end
        as rank_by_hours_watched,
    case when not stale.is_pseudo then rank() over (by_type order by stale.airtime_units desc) end
        as rank_by_hours_broadcast,
    case when not stale.is_pseudo then rank() over (by_type order by stale.peak_viewers desc) end
        as rank_by_peak_viewers,
    {{ split_ratio('stale.viewer_units', '3600') }} as hours_watched,
    {{ split_ratio('stale.airtime_units', '3600') }} as hours_broadcast,
    {{ split_ratio('stale.viewer_units', 'platforms.covered_seconds') }} as average_viewers,
    {{ split_ratio('stale.airtime_units', 'platforms.covered_seconds') }} as average_channels,
    {{ ratio('stale.viewer_units', 'stale.airtime_units') }} as viewers_per_channel,
    {{ split_ratio('stale.viewer_units', 'platforms.viewer_seconds') }} as share
from stale
inner join {{ ref('int_platforms_by_period') }} as platforms
    on stale.platform = platforms.platform
    and stale.period = platforms.period
    and stale.period_start = platforms.period_start
window by_type as (
    partition by
        stale.platform, stale.period, stale.period_start, stale.category_type, stale.is_pseudo
)
