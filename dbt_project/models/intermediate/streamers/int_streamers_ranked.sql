-- Whom a ranking lists, and everybody in the last days, with the rank before and the main game: both are
-- looked up for these only.
with

periods as (

    select * from {{ ref('int_periods') }}
    where is_listed

),

shown as (

    select
        streamers.*,
        {{ fingerprint('streamers.streamer_id', 60) }} as streamer_number,
        periods.period_end,
        periods.previous_period_start,
        periods.is_closed,
        periods.coverage,
        least(
            streamers.rank_by_hours_watched, streamers.rank_by_hours_broadcast,
            streamers.rank_by_average_viewers, streamers.rank_by_peak_viewers
        ) <= {{ var('ranking_depth') }} as is_ranked
    from {{ ref('int_streamers_by_period') }} as streamers
    inner join periods
        on streamers.platform = periods.platform
        and streamers.period = periods.period
        and streamers.period_start = periods.period_start
    where
        streamers.period like 'last_%'
        or least(
            streamers.rank_by_hours_watched, streamers.rank_by_hours_broadcast,
            streamers.rank_by_average_viewers, streamers.rank_by_peak_viewers
        ) <= {{ var('ranking_depth') }}

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

played as (

    select
        shown.platform,
        shown.period,
        shown.period_start,
        shown.streamer_id,
        games.game_name,
        count(*) over (
            partition by shown.platform, shown.period, shown.period_start, shown.streamer_id
        ) as games_played,
        row_number() over (
            partition by shown.platform, shown.period, shown.period_start, shown.streamer_id
            order by
                streamer_games.viewer_seconds desc, streamer_games.airtime_seconds desc, games.game_name asc
        ) as position
    from {{ ref('int_streamer_games_by_period') }} as streamer_games
    inner join shown
        on streamer_games.platform = shown.platform
        and streamer_games.period = shown.period
        and streamer_games.period_start = shown.period_start
        and streamer_games.streamer_number = shown.streamer_number
    inner join {{ ref('int_games') }} as games
        on streamer_games.platform = games.platform
        and streamer_games.category_number = games.category_number

)

select
    shown.*,
    earlier.rank_by_hours_watched as previous_rank,
    played.game_name as main_game,
    played.games_played
from shown
inner join played
    on shown.platform = played.platform
    and shown.period = played.period
    and shown.period_start = played.period_start
    and shown.streamer_id = played.streamer_id
    and played.position = 1
left join earlier
    on shown.platform = earlier.platform
    and shown.period = earlier.period
    and shown.previous_period_start = earlier.period_start
    and shown.streamer_id = earlier.streamer_id
