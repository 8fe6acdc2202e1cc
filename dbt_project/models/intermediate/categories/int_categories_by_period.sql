{{ config(materialized='incremental', incremental_strategy='replace_periods', stale='facts') }}
{%- set key = 'platform, period, period_start, category_type, category' %}
{%- set in_units = 'cast({0} as ' ~ big_integer() ~ ') * ' ~ split_units() %}

-- Games, publishers, genres, languages and tags are ranked by one mechanism, in split units: whole numbers.
with

stale as (

    select * from {{ ref('int_periods') }} as periods
    where {{ in_stale_periods('periods') }}

),

game_sums as (

    select
        stale.platform,
        stale.period,
        stale.period_start,
        categories.category_type,
        categories.category,
        categories.is_pseudo,
        count(distinct games.streamer_id) as unique_streamers,
        sum({{ div(in_units.format('games.airtime_seconds'), 'categories.split_count') }}) as airtime_units,
        sum({{ div(in_units.format('games.viewer_seconds'), 'categories.split_count') }}) as viewer_units
    from {{ ref('int_streamer_games_by_period') }} as games
    inner join stale
        on games.platform = stale.platform
        and games.period = stale.period
        and games.period_start = stale.period_start
    inner join {{ ref('int_game_categories') }} as categories
        on games.platform = categories.platform
        and games.game_id = categories.game_id
    group by
        stale.platform, stale.period, stale.period_start, categories.category_type, categories.category,
        categories.is_pseudo

),

units as (

    select platform, 'day' as part, day as part_start, category_type, category, streamer_id,
        airtime_seconds, viewer_seconds
    from {{ ref('int_streamer_category_days') }}
    union all
    select platform, period as part, period_start as part_start, category_type, category, streamer_id,
        airtime_seconds, viewer_seconds
    from {{ ref('int_streamer_category_blocks') }}

),

labelled as (

    select
        parts.platform,
        parts.period,
        parts.period_start,
        units.category_type,
        units.category,
        units.streamer_id,
        sum(units.airtime_seconds) as airtime_seconds,
        sum(units.viewer_seconds) as viewer_seconds
    from {{ ref('int_period_parts') }} as parts
    inner join units
        on parts.platform = units.platform
        and parts.part = units.part
        and parts.part_start = units.part_start
    where
        units.category_type <> 'game'
        and {{ in_stale_periods('parts') }}
    group by
        parts.platform, parts.period, parts.period_start, units.category_type, units.category, units.streamer_id

),

sums as (

    select * from game_sums
    union all
    select
        {{ key }},
        category_type = 'language' and category = '(unknown)' as is_pseudo,
        count(*) as unique_streamers,
        {{ in_units.format('sum(airtime_seconds)') }} as airtime_units,
        {{ in_units.format('sum(viewer_seconds)') }} as viewer_units
    from labelled
    group by {{ key }}

),

daily_peaks as (

    select * from {{ ref('int_category_peaks_daily') }}
    union all
    select platform, day, 'tag' as category_type, tag as category, peak_viewers, peak_channels
    from {{ ref('int_tag_peaks_daily') }}

),

peaks as (

    select
        stale.platform,
        stale.period,
        stale.period_start,
        daily.category_type,
        daily.category,
        max(daily.peak_viewers) as peak_viewers,
        max(daily.peak_channels) as peak_channels
    from daily_peaks as daily
    inner join stale
        on daily.platform = stale.platform
        and daily.day >= stale.period_start
        and daily.day < stale.period_end
    group by stale.platform, stale.period, stale.period_start, daily.category_type, daily.category

)

select
    sums.*,
    peaks.peak_viewers,
    peaks.peak_channels,
    case when not sums.is_pseudo then rank() over (by_type order by sums.viewer_units desc) end
        as rank_by_hours_watched,
    case when not sums.is_pseudo then rank() over (by_type order by sums.airtime_units desc) end
        as rank_by_hours_broadcast,
    case when not sums.is_pseudo then rank() over (by_type order by peaks.peak_viewers desc) end
        as rank_by_peak_viewers
from sums
inner join peaks
    on sums.platform = peaks.platform
    and sums.period = peaks.period
    and sums.period_start = peaks.period_start
    and sums.category_type = peaks.category_type
    and sums.category = peaks.category
window by_type as (
    partition by sums.platform, sums.period, sums.period_start, sums.category_type, sums.is_pseudo
)
