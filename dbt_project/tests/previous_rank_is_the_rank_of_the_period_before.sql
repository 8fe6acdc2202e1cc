-- Where two adjacent calendar periods both list a streamer or game, the later repeats the earlier's rank.
with

streamers as (

    select
        platform,
        period,
        period_start,
        period_end,
        streamer_id as entity_id,
        rank,
        previous_rank
    from {{ ref('rank_streamers') }}

),

games as (

    select
        platform,
        period,
        period_start,
        period_end,
        game_id as entity_id,
        rank,
        previous_rank
    from {{ ref('rank_games') }}

),

rankings as (

    select
        *,
        'rank_streamers' as ranking
    from streamers
    union all
    select
        *,
        'rank_games' as ranking
    from games

)

select
    later.ranking,
    later.platform,
    later.period,
    later.period_start,
    later.entity_id
from rankings as later
inner join rankings as earlier
    on later.ranking = earlier.ranking
    and later.platform = earlier.platform
    and later.period = earlier.period
    and later.period_start = earlier.period_end
    and later.entity_id = earlier.entity_id
where later.previous_rank is distinct from earlier.rank
