with

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

)

select
    sessions.platform,
    sessions.streamer_id,
    max(sessions.last_epoch) as last_epoch
from {{ ref('int_sessions') }} as sessions
inner join open_since
    on sessions.platform = open_since.platform
    and sessions.last_epoch >= open_since.open_epoch
group by sessions.platform, sessions.streamer_id
