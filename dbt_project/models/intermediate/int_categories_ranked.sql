{{ config(materialized='view') }}

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
        hours_watched,
        rank_by_hours_watched
    from {{ ref('int_categories_by_period') }}

),

periods as (

    select * from {{ ref('int_periods') }}

)

select
    ranked.*,
    periods.period_end,
    periods.is_closed,
    periods.coverage,
    earlier.rank_by_hours_watched as previous_rank,
    earlier.hours_watched as previous_hours_watched
from ranked
inner join periods
    on ranked.platform = periods.platform
    and ranked.period = periods.period
    and ranked.period_start = periods.period_start
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
