with

tied as (

    select * from {{ ref('int_sessions') }}
    where is_main_game_tied

),

games as (

    select
        tied.platform,
        tied.streamer_id,
        tied.island_epoch,
        tied.session_part,
        games.game_name,
        rank() over (
            partition by tied.platform, tied.streamer_id, tied.island_epoch, tied.session_part
            order by sum(session_days.viewer_seconds) desc, sum(session_days.airtime_seconds) desc
        ) as position
    from {{ ref('int_session_days') }} as session_days
    inner join tied
        on session_days.platform = tied.platform
        and session_days.streamer_id = tied.streamer_id
        and session_days.island_epoch = tied.island_epoch
        and session_days.session_part = tied.session_part
    inner join {{ ref('int_games') }} as games
        on session_days.platform = games.platform
        and session_days.game_id = games.game_id
    group by
        tied.platform, tied.streamer_id, tied.island_epoch, tied.session_part,
        session_days.game_id, games.game_name

)

select
    platform,
    streamer_id,
    island_epoch,
    session_part,
    min(game_name) as main_game
from games
where position = 1
group by platform, streamer_id, island_epoch, session_part
