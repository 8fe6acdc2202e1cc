{{ config(materialized='incremental') }}
{%- set game = 'platform, day, game_id' %}

-- When games were seen, and under which name last.
with

stretches as (

    select
        *,
        row_number() over (partition by {{ game }} order by last_epoch desc, streamer_id desc) as position
    from {{ ref('int_stretches') }}
    where {{ on_stale_days() }}

),

seen as (

    select
        {{ game }},
        min(first_epoch) as first_epoch,
        max(last_epoch) as last_epoch,
        max(case when position = 1 then streamer_id end) as last_streamer_id,
        max(case when position = 1 then stream_id end) as last_stream_id,
        max(case when position = 1 then details_id end) as last_details_id
    from stretches
    group by {{ game }}

),

details as (

    select
        platform,
        stream_id,
        details_id,
        max(game_name) as game_name
    from {{ ref('stg_twitch__stream_details') }}
    where {{ in_stale_days('observed_at', lookback_days=1) }}
    group by platform, stream_id, details_id

)

select
    seen.platform,
    seen.day,
    seen.game_id,
    seen.first_epoch,
    seen.last_epoch,
    seen.last_streamer_id,
    details.game_name
from seen
left join details
    on seen.platform = details.platform
    and seen.last_stream_id = details.stream_id
    and seen.last_details_id = details.details_id
