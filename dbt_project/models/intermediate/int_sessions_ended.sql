{{ config(materialized='view') }}

with

sessions as (

    select * from {{ ref('int_sessions') }}

),

crawls as (

    select
        platform,
        is_live,
        observed_epoch,
        row_number() over (partition by platform order by observed_at desc) as crawls_ago
    from {{ ref('int_crawls_weighted') }}

),

-- whoever was seen since is live, or may have been missed
open_since as (

    select
        platform,
        min(observed_epoch) as open_epoch
    from crawls
    where
        is_live
        and crawls_ago <= {{ var('absent_crawls_to_close') }}
    group by platform

),

live as (

    select
        sessions.platform,
        sessions.streamer_id,
        max(sessions.last_epoch) as last_epoch
    from sessions
    inner join open_since
        on sessions.platform = open_since.platform
        and sessions.last_epoch >= open_since.open_epoch
    group by sessions.platform, sessions.streamer_id

),

archives as (

    select * from {{ ref('int_archives') }}

)

select
    sessions.*,
    case
        when sessions.first_started_epoch >= sessions.session_epoch - {{ session_limit() }}
            then sessions.first_started_epoch
        else sessions.session_epoch
    end as started_epoch,
    greatest(
        sessions.last_epoch,
        case when not sessions.is_cut_off then sessions.last_started_epoch + archives.duration_seconds end
    ) as ended_epoch,
    live.last_epoch is not null as is_live
from sessions
left join live
    on sessions.platform = live.platform
    and sessions.streamer_id = live.streamer_id
    and sessions.last_epoch = live.last_epoch
left join archives
    on sessions.platform = archives.platform
    and sessions.last_stream_id = archives.stream_id
