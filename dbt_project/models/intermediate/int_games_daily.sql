{{ config(materialized='incremental') }}
{%- set game = 'platform, day, game_id' %}
{%- set stale = on_stale_days() %}

-- depends_on: {{ ref('int_days') }}
with

activity as (

    select
        *,
        row_number() over (
            partition by {{ game }}
            order by last_observed_at desc, streamer_id desc
        ) as position
    from {{ ref('int_activity_daily') }}
    where {{ stale }}

),

seen as (

    select
        {{ game }},
        min(first_observed_at) as first_observed_at,
        max(last_observed_at) as last_observed_at,
        max(case when position = 1 then streamer_id end) as last_streamer_id,
        max(case when position = 1 then last_stream_id end) as last_stream_id,
        max(case when position = 1 then last_details_id end) as last_details_id,
        max(source_version) as source_version
    from activity
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

),

peaks as (

    select
        {{ game }},
        cast(max(viewer_count) as bigint) as peak_viewers,
        cast(max(stream_count) as bigint) as peak_channels
    from {{ ref('int_games_by_crawl') }}
    where {{ stale }}
    group by {{ game }}

)

select
    seen.platform,
    seen.day,
    seen.game_id,
    details.game_name,
    seen.first_observed_at,
    seen.last_observed_at,
    seen.last_streamer_id,
    peaks.peak_viewers,
    peaks.peak_channels,
    seen.source_version
from seen
inner join peaks
    on seen.platform = peaks.platform
    and seen.day = peaks.day
    and seen.game_id = peaks.game_id
left join details
    on seen.platform = details.platform
    and seen.last_stream_id = details.stream_id
    and seen.last_details_id = details.details_id
