{{ config(materialized='view') }}

-- Only what is listed is divided: the rows of all periods are whole numbers.
with

ranked as (

    select * from {{ ref('int_categories_by_period') }}

),

-- named once more, so that only what is asked of it is read
earlier as (

    select
        platform,
        period,
        period_start,
        category_type,
        category,
        viewer_units,
        rank_by_hours_watched
    from {{ ref('int_categories_by_period') }}

)

select
    ranked.*,
    {{ split_ratio('ranked.viewer_units', '3600') }} as hours_watched,
    {{ split_ratio('ranked.airtime_units', '3600') }} as hours_broadcast,
    {{ split_ratio('ranked.viewer_units', 'platforms.covered_seconds') }} as average_viewers,
    {{ split_ratio('ranked.airtime_units', 'platforms.covered_seconds') }} as average_channels,
    {{ ratio('ranked.viewer_units', 'ranked.airtime_units') }} as viewers_per_channel,
    {{ split_ratio('ranked.viewer_units', 'platforms.viewer_seconds') }} as share,
    periods.period_end,
    periods.is_closed,
    periods.coverage,
    earlier.rank_by_hours_watched as previous_rank,
    {{ split_ratio('earlier.viewer_units', '3600') }} as previous_hours_watched
from ranked
inner join {{ ref('int_periods') }} as periods
    on ranked.platform = periods.platform
    and ranked.period = periods.period
    and ranked.period_start = periods.period_start
inner join {{ ref('int_platforms_by_period') }} as platforms
    on ranked.platform = platforms.platform
    and ranked.period = platforms.period
    and ranked.period_start = platforms.period_start
left join earlier
    on periods.platform = earlier.platform
    and periods.period = earlier.period
    and periods.previous_period_start = earlier.period_start
    and ranked.category_type = earlier.category_type
    and ranked.category = earlier.category
where
    periods.is_listed
    and (
        ranked.is_pseudo
        or least(ranked.rank_by_hours_watched, ranked.rank_by_hours_broadcast, ranked.rank_by_peak_viewers)
        <= {{ var('ranking_depth') }}
    )
