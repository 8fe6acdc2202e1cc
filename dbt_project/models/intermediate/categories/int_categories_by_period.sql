{{ config(materialized='incremental', incremental_strategy='replace_periods', stale='facts') }}
{%- set in_units = 'cast({0} as ' ~ big_integer() ~ ') * ' ~ split_units() %}

-- Games, publishers, genres, languages and tags are ranked by one mechanism, in split units: whole numbers.
-- Numbers tell them apart, too, because a period has tens of millions of tags to sum up.
with

stale as (

    select
        periods.*,
        row_number() over (order by periods.platform, periods.period, periods.period_start) as period_number
    from {{ ref('int_periods') }} as periods
    where {{ in_stale_periods('periods') }}

),

game_sums as (

    select
        stale.period_number,
        {{ hash_of('categories.category_type, categories.category') }} as category_number,
        categories.is_pseudo,
        count(distinct {{ hash_of('games.streamer_id') }}) as unique_streamers,
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
    group by stale.period_number, categories.category_type, categories.category, categories.is_pseudo

),

units as (
    {% for part, part_start, model in [("'day'", 'day', ref('int_streamer_category_days')),
        ('period', 'period_start', ref('int_streamer_category_blocks'))] %}
    {{ "union all" if not loop.first }}
    select
        platform,
        {{ part }} as part,
        {{ part_start }} as part_start,
        {{ hash_of('category_type, category') }} as category_number,
        category_type = 'language' and category = '(unknown)' as is_pseudo,
        {{ hash_of('streamer_id') }} as streamer_number,
        airtime_seconds,
        viewer_seconds
    from {{ model }}
    where category_type <> 'game'
    {% endfor %}
),

labelled as (

    select
        stale.period_number,
        units.category_number,
        units.is_pseudo,
        units.streamer_number,
        sum(units.airtime_seconds) as airtime_seconds,
        sum(units.viewer_seconds) as viewer_seconds
    from {{ ref('int_period_parts') }} as parts
    inner join stale
        on parts.platform = stale.platform
        and parts.period = stale.period
        and parts.period_start = stale.period_start
    inner join units
        on parts.platform = units.platform
        and parts.part = units.part
        and parts.part_start = units.part_start
    group by stale.period_number, units.category_number, units.is_pseudo, units.streamer_number

),

sums as (

    select * from game_sums
    union all
    select
        period_number,
        category_number,
        is_pseudo,
        count(*) as unique_streamers,
        {{ in_units.format('sum(airtime_seconds)') }} as airtime_units,
        {{ in_units.format('sum(viewer_seconds)') }} as viewer_units
    from labelled
    group by period_number, category_number, is_pseudo

)

select
    peaks.platform,
    peaks.period,
    peaks.period_start,
    peaks.category_type,
    peaks.category,
    sums.is_pseudo,
    sums.unique_streamers,
    sums.airtime_units,
    sums.viewer_units,
    peaks.peak_viewers,
    peaks.peak_channels,
    case when not sums.is_pseudo then rank() over (by_type order by sums.viewer_units desc) end
        as rank_by_hours_watched,
    case when not sums.is_pseudo then rank() over (by_type order by sums.airtime_units desc) end
        as rank_by_hours_broadcast,
    case when not sums.is_pseudo then rank() over (by_type order by peaks.peak_viewers desc) end
        as rank_by_peak_viewers
from sums
inner join stale on sums.period_number = stale.period_number
inner join {{ ref('int_category_peaks_by_period') }} as peaks
    on stale.platform = peaks.platform
    and stale.period = peaks.period
    and stale.period_start = peaks.period_start
    and sums.category_number = {{ hash_of('peaks.category_type, peaks.category') }}
window by_type as (partition by stale.period_number, peaks.category_type, sums.is_pseudo)
