with

ranked as (

    select * from {{ ref('int_followers_ranked') }}
    where least(rank_by_growth, rank_by_gained) <= {{ var('ranking_depth') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

names as (

    select * from {{ ref('int_streamers') }}

)

select
    ranked.platform,
    ranked.period,
    ranked.period_start,
    ranked.genre,
    ranked.streamer_id,
    periods.period_end,
    periods.is_closed,
    ranked.rank_by_growth as rank,
    ranked.rank_by_gained,
    coalesce(names.streamer_name, ranked.streamer_id) as streamer_name,
    ranked.follower_base,
    ranked.follower_base_at,
    ranked.follower_last,
    ranked.follower_last_at,
    ranked.followers_gained,
    {{ ratio('ranked.followers_gained', 'ranked.follower_base') }} as follower_growth,
    periods.coverage
from ranked
inner join periods
    on ranked.platform = periods.platform
    and ranked.period = periods.period
    and ranked.period_start = periods.period_start
left join names
    on ranked.platform = names.platform
    and ranked.streamer_id = names.streamer_id
