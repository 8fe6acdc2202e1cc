with

categories as (

    select * from {{ ref('int_categories_by_period') }}

),

platforms as (

    select * from {{ ref('int_platforms_by_period') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

ranked as (

    select
        *,
        rank() over (by_type order by viewer_units desc) as rank_by_hours_watched,
        rank() over (by_type order by airtime_units desc) as rank_by_hours_broadcast,
        rank() over (by_type order by peak_viewers desc) as rank_by_peak_viewers
    from categories
    where not is_pseudo
    window by_type as (partition by platform, category_type, period, period_start)

    union all

    select
        *,
        cast(null as bigint) as rank_by_hours_watched,
        cast(null as bigint) as rank_by_hours_broadcast,
        cast(null as bigint) as rank_by_peak_viewers
    from categories
    where is_pseudo

)

select
    ranked.*,
    periods.period_end,
    periods.is_closed,
    periods.coverage,
    earlier.rank_by_hours_watched as previous_rank,
    {{ split_ratio('earlier.viewer_units', '3600') }} as previous_hours_watched,
    {{ split_ratio('ranked.viewer_units', '3600') }} as hours_watched,
    {{ split_ratio('ranked.airtime_units', '3600') }} as hours_broadcast,
    {{ split_ratio('ranked.viewer_units', 'platforms.covered_seconds') }} as average_viewers,
    {{ split_ratio('ranked.airtime_units', 'platforms.covered_seconds') }} as average_channels,
    {{ ratio('ranked.viewer_units', 'ranked.airtime_units') }} as viewers_per_channel,
    {{ split_ratio('ranked.viewer_units', 'platforms.viewer_seconds') }} as share
from ranked
inner join periods
    on ranked.platform = periods.platform
    and ranked.period = periods.period
    and ranked.period_start = periods.period_start
inner join platforms
    on ranked.platform = platforms.platform
    and ranked.period = platforms.period
    and ranked.period_start = platforms.period_start
left join ranked as earlier
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
