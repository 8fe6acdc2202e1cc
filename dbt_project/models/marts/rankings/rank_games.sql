with

ranked as (

    select * from {{ ref('int_categories_ranked') }}
    where category_type = 'game'

),

games as (

    select * from {{ ref('int_games') }}

)

select
    ranked.platform,
    ranked.period,
    ranked.period_start,
    ranked.category as game_id,
    ranked.period_end,
    ranked.is_closed,
    ranked.rank_by_hours_watched as rank,
    ranked.previous_rank,
    ranked.previous_rank - ranked.rank_by_hours_watched as rank_change,
    ranked.rank_by_hours_broadcast,
    ranked.rank_by_hours_watched as rank_by_average_viewers,
    ranked.rank_by_peak_viewers,
    games.game_name,
    ranked.hours_watched,
    ranked.previous_hours_watched,
    ranked.hours_broadcast,
    ranked.average_viewers,
    ranked.average_channels,
    ranked.viewers_per_channel,
    ranked.peak_viewers,
    ranked.peak_channels,
    ranked.unique_streamers,
    ranked.share,
    ranked.coverage
from ranked
inner join games
    on ranked.platform = games.platform
    and ranked.category = games.game_id
