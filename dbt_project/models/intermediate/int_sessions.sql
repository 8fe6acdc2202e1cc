{{ config(
    materialized='incremental', day_version='history_version',
    replaced_by=['streamer_id', 'island_epoch', 'session_part']
) }}
{%- set session = 'platform, streamer_id, island_epoch, session_part' %}

with

{{ reached_session_days() }},

games as (

    select
        {{ session }},
        game_id,
        rank() over (
            partition by {{ session }} order by sum(viewer_seconds) desc, sum(airtime_seconds) desc
        ) as position
    from session_days
    group by {{ session }}, game_id

),

main_games as (

    select
        {{ session }},
        count(*) as games_played,
        min(case when position = 1 then game_id end) as main_game_id,
        sum(case when position = 1 then 1 else 0 end) > 1 as is_main_game_tied
    from games
    group by {{ session }}

),

grouped as (

    select
        {{ session }},
        min_by(day, first_epoch) as day,
        min(first_epoch) as session_epoch,
        -- a part that 48 hours cut off has no start of the platform's own
        case when session_part = 0 then min_by(first_started_epoch, first_epoch) end as first_started_epoch,
        max(last_epoch) as last_epoch,
        session_part < max(session_part) over (
            partition by platform, streamer_id, island_epoch
        ) as is_cut_off,
        max_by(last_started_epoch, last_epoch) as last_started_epoch,
        max_by(stream_id, last_epoch) as last_stream_id,
        cast(sum(airtime_seconds) as bigint) as airtime_seconds,
        cast(sum(viewer_seconds) as bigint) as viewer_seconds,
        max(peak_viewers) as peak_viewers,
        {{ sorted_array("nullif(stream_id, '')") }} as stream_ids
    from session_days
    group by {{ session }}

)

select
    grouped.*,
    main_games.games_played,
    main_games.main_game_id,
    main_games.is_main_game_tied,
    versions.history_version as source_version
from grouped
inner join main_games
    on grouped.platform = main_games.platform
    and grouped.streamer_id = main_games.streamer_id
    and grouped.island_epoch = main_games.island_epoch
    and grouped.session_part = main_games.session_part
inner join {{ ref('int_days') }} as versions
    on grouped.platform = versions.platform
    and grouped.day = versions.day
-- a part of 48 hours, and a break of as many, lead from a session to what follows it; three days before that
-- are read so that no session lacks its beginning
where {{ since_first_stale('day', lookback_days=5, of='grouped.') }}
