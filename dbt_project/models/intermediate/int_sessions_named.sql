{{ config(
    materialized='incremental', day_version='history_version',
    replaced_by=['streamer_id', 'island_epoch', 'session_part']
) }}
{%- set own = [
    'platform', 'streamer_id', 'island_epoch', 'session_part', 'day', 'session_epoch', 'first_started_epoch',
    'last_epoch', 'is_cut_off', 'last_started_epoch', 'last_stream_id', 'airtime_seconds', 'viewer_seconds',
    'peak_viewers', 'stream_ids', 'games_played', 'main_game_id', 'source_version'
] | join(',\n        sessions.') %}

-- depends_on: {{ ref('int_days') }}
with

{{ sessions_so_far(
    own, learnt={'streamer_name': 'string', 'main_game': 'string', 'ended_epoch': 'bigint', 'is_live': 'boolean'}
) }},

named as (

    select
        sessions.*,
        streamers.streamer_name,
        coalesce(tied.main_game, games.game_name) as main_game,
        greatest(
            sessions.last_epoch,
            case when not sessions.is_cut_off then sessions.last_started_epoch + archives.duration_seconds end
        ) as ended_epoch,
        airing.last_epoch is not null as is_live
    from sessions
    inner join {{ ref('int_streamers') }} as streamers
        on sessions.platform = streamers.platform
        and sessions.streamer_id = streamers.streamer_id
    inner join {{ ref('int_games') }} as games
        on sessions.platform = games.platform
        and sessions.main_game_id = games.game_id
    left join {{ ref('int_session_main_games') }} as tied
        on sessions.platform = tied.platform
        and sessions.streamer_id = tied.streamer_id
        and sessions.island_epoch = tied.island_epoch
        and sessions.session_part = tied.session_part
    left join {{ ref('int_sessions_live') }} as airing
        on sessions.platform = airing.platform
        and sessions.streamer_id = airing.streamer_id
        and sessions.last_epoch = airing.last_epoch
    left join {{ ref('int_archives') }} as archives
        on sessions.platform = archives.platform
        and sessions.last_stream_id = archives.stream_id

)

select
    sessions.{{ own }},
    sessions.streamer_name,
    sessions.main_game,
    sessions.ended_epoch,
    sessions.is_live
from named as sessions
where
    sessions.built_ended_epoch is null
    or sessions.streamer_name <> sessions.built_streamer_name
    or sessions.main_game <> sessions.built_main_game
    or sessions.ended_epoch <> sessions.built_ended_epoch
    or sessions.is_live <> sessions.built_is_live
