with

streamers as (

    select * from {{ ref('int_streamers_by_period') }}

),

periods as (

    select * from {{ ref('int_periods') }}
    where
        is_listed
        and period like 'last_%'

),

games_played as (

    select
        platform,
        period,
        period_start,
        streamer_id,
        count(*) as games_played
    from {{ ref('int_streamer_games_by_period') }}
    where period like 'last_%'
    group by platform, period, period_start, streamer_id

),

main_games as (

    select * from {{ ref('int_streamer_main_games') }}

),

names as (

    select * from {{ ref('int_streamers') }}

)

select
    streamers.platform,
    streamers.period,
    streamers.streamer_id,
    names.streamer_name,
    {{ ratio('streamers.airtime_seconds', '3600') }} as hours_broadcast,
    {{ ratio('streamers.viewer_seconds', '3600') }} as hours_watched,
    {{ ratio('streamers.viewer_seconds', 'streamers.airtime_seconds') }} as average_viewers,
    streamers.peak_viewers,
    streamers.session_count as sessions,
    streamers.active_days,
    games_played.games_played,
    main_games.main_game
from streamers
inner join periods
    on streamers.platform = periods.platform
    and streamers.period = periods.period
    and streamers.period_start = periods.period_start
inner join games_played
    on streamers.platform = games_played.platform
    and streamers.period = games_played.period
    and streamers.period_start = games_played.period_start
    and streamers.streamer_id = games_played.streamer_id
inner join main_games
    on streamers.platform = main_games.platform
    and streamers.period = main_games.period
    and streamers.period_start = main_games.period_start
    and streamers.streamer_id = main_games.streamer_id
inner join names
    on streamers.platform = names.platform
    and streamers.streamer_id = names.streamer_id
