{{ config(materialized='view') }}

with

live as (

    select * from {{ ref('stg_twitch__observations') }}

),

history as (

    select * from {{ ref('stg_history__streamers') }}

)

select
    platform,
    observed_at,
    stream_id,
    streamer_id,
    game_id,
    language,
    viewer_count,
    cast(null as bigint) as follower_count,
    started_at,
    details_id
from live
union all
select
    platform,
    observed_at,
    cast(null as string) as stream_id,
    streamer_id,
    game_id,
    '' as language,
    viewer_count,
    follower_count,
    cast(null as timestamp) as started_at,
    cast(null as bigint) as details_id
from history
