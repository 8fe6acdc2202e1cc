-- What a ranking lists of everybody, with the rank before; main games are looked up for these only.
with

ranked as (

    select * from {{ ref('int_streamers_by_period') }}

),

-- named once more, so that only what is asked of it is read
earlier as (

    select
        platform,
        period,
        period_start,
        streamer_id,
        rank_by_hours_watched
    from {{ ref('int_streamers_by_period') }}

),

periods as (

    select * from {{ ref('int_periods') }}

)

select
    ranked.*,
    periods.period_end,
    periods.is_closed,
    periods.coverage,
    earlier.rank_by_hours_watched as previous_rank
from ranked
inner join periods
    on ranked.platform = periods.platform
    and ranked.period = periods.period
    and ranked.period_start = periods.period_start
left join earlier
    on periods.platform = earlier.platform
    and periods.period = earlier.period
    and periods.previous_period_start = earlier.period_start
    and ranked.streamer_id = earlier.streamer_id
where
    periods.is_listed
    and least(
        ranked.rank_by_hours_watched,
        ranked.rank_by_hours_broadcast,
        ranked.rank_by_average_viewers,
        ranked.rank_by_peak_viewers
    ) <= {{ var('ranking_depth') }}
