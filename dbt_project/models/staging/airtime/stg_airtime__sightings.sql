with

live as (

    select * from {{ ref('stg_twitch__observations') }}

),

imported as (

    select * from {{ ref('stg_history__streamers') }}

)

select
    platform,
    observed_at,
    streamer_id,
    stream_id,
    game_id,
    language,
    viewer_count,
    cast(null as bigint) as follower_count,
    started_at,
    details_id,
    cast(null as bigint) as said_epoch
from live
union all
select
    platform,
    observed_at,
    streamer_id,
    cast(null as string) as stream_id,
    game_id,
    '' as language,
    viewer_count,
    follower_count,
    cast(null as timestamp) as started_at,
    cast(null as bigint) as details_id,
    said_epoch
from imported
