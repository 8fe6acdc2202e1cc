{{ config(materialized='view') }}

-- What is learnt of a session later: names, its archive's length, whether it is over.
with

crawls as (

    select
        *,
        row_number() over (partition by platform order by observed_at desc) as crawls_ago
    from {{ ref('int_crawls') }}
    where is_complete

),

-- whoever was seen since is live, or may have been missed
open_since as (

    select
        platform,
        min(observed_epoch) as open_epoch
    from crawls
    where is_live and crawls_ago <= {{ var('absent_crawls_to_close') }}
    group by platform

),

live as (

    select
        sessions.platform,
        sessions.streamer_id,
        max(sessions.last_epoch) as last_epoch
    from {{ ref('int_sessions') }} as sessions
    inner join open_since
        on sessions.platform = open_since.platform
        and sessions.last_epoch >= open_since.open_epoch
    group by sessions.platform, sessions.streamer_id

),

archives as (

    select
        platform,
        stream_id,
        max(duration_seconds) as duration_seconds
    from {{ ref('stg_twitch__videos') }}
    group by platform, stream_id

),

-- no stream was on air any more at the first crawl that missed it
archived as (

    select
        sessions.platform,
        sessions.streamer_id,
        sessions.island_epoch,
        sessions.session_part,
        case
            when crawls.next_epoch is not null
                then least(sessions.last_started_epoch + archives.duration_seconds, crawls.next_epoch)
        end as archive_end
    from {{ ref('int_sessions') }} as sessions
    inner join archives
        on sessions.platform = archives.platform
        and sessions.last_stream_id = archives.stream_id
    inner join crawls
        on sessions.platform = crawls.platform
        and sessions.last_epoch = crawls.observed_epoch
    where not sessions.is_cut_off

),

tied as (

    select
        sessions.platform,
        sessions.streamer_id,
        sessions.island_epoch,
        sessions.session_part,
        min(games.game_name) as main_game
    from {{ ref('int_sessions') }} as sessions
    inner join {{ ref('int_games') }} as games
        on sessions.platform = games.platform
        and array_contains(sessions.tied_game_ids, games.game_id)
    where sessions.tied_game_ids is not null
    group by sessions.platform, sessions.streamer_id, sessions.island_epoch, sessions.session_part

)

select
    sessions.*,
    streamers.streamer_name,
    coalesce(tied.main_game, games.game_name) as main_game,
    greatest(sessions.last_epoch, coalesce(archived.archive_end, sessions.last_epoch)) as ended_epoch,
    live.last_epoch is not null as is_live
from {{ ref('int_sessions') }} as sessions
inner join {{ ref('int_streamers') }} as streamers
    on sessions.platform = streamers.platform
    and sessions.streamer_id = streamers.streamer_id
inner join {{ ref('int_games') }} as games
    on sessions.platform = games.platform
    and sessions.main_game_id = games.game_id
{% for other in ['tied', 'archived'] -%}
left join {{ other }}
    on sessions.platform = {{ other }}.platform
    and sessions.streamer_id = {{ other }}.streamer_id
    and sessions.island_epoch = {{ other }}.island_epoch
    and sessions.session_part = {{ other }}.session_part
{% endfor -%}
left join live
    on sessions.platform = live.platform
    and sessions.streamer_id = live.streamer_id
    and sessions.last_epoch = live.last_epoch
