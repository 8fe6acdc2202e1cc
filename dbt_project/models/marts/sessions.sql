with

sessions as (

    select * from {{ ref('int_sessions_ended') }}

),

games as (

    select * from {{ ref('int_games') }}

),

tied as (

    select * from {{ ref('int_session_main_games') }}

),

names as (

    select * from {{ ref('int_streamers') }}

)

select
    sessions.platform,
    concat(sessions.streamer_id, '@', cast(sessions.session_epoch as string)) as session_id,
    sessions.streamer_id,
    names.streamer_name,
    {{ instant('sessions.started_epoch') }} as started_at,
    {{ instant('sessions.ended_epoch') }} as ended_at,
    sessions.is_live,
    {{ ratio('sessions.airtime_seconds', '3600') }} as airtime_hours,
    {{ ratio('greatest(sessions.ended_epoch - sessions.started_epoch, 0)', '3600') }} as duration_hours,
    {{ ratio('sessions.viewer_seconds', '3600') }} as hours_watched,
    {{ ratio('sessions.viewer_seconds', 'sessions.airtime_seconds') }} as average_viewers,
    sessions.peak_viewers,
    coalesce(tied.main_game, games.game_name) as main_game,
    sessions.games_played,
    sessions.stream_ids
from sessions
inner join games
    on sessions.platform = games.platform
    and sessions.main_game_id = games.game_id
left join tied
    on sessions.platform = tied.platform
    and sessions.streamer_id = tied.streamer_id
    and sessions.island_epoch = tied.island_epoch
    and sessions.session_part = tied.session_part
inner join names
    on sessions.platform = names.platform
    and sessions.streamer_id = names.streamer_id
