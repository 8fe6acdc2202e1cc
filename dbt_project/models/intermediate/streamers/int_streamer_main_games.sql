-- The main game of those that a ranking keeps, and of everybody in the last days.
with

periods as (

    select * from {{ ref('int_periods') }}
    where is_listed

),

-- shown of those that a ranking keeps, and of everybody in the last days
shown as (

    select
        platform,
        period,
        period_start,
        streamer_id
    from {{ ref('int_streamers_ranked') }}
    union
    select
        streamers.platform,
        streamers.period,
        streamers.period_start,
        streamers.streamer_id
    from {{ ref('int_streamers_by_period') }} as streamers
    inner join periods
        on streamers.platform = periods.platform
        and streamers.period = periods.period
        and streamers.period_start = periods.period_start
    where streamers.period like 'last_%'

),

numbered as (

    select
        shown.*,
        games.game_name,
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
        and streamer_games.streamer_id = shown.streamer_id
    inner join {{ ref('int_games') }} as games
        on streamer_games.platform = games.platform
        and streamer_games.game_id = games.game_id

)

select
    platform,
    period,
    period_start,
    streamer_id,
    game_name as main_game
from numbered
where position = 1
