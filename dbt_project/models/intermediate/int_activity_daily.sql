{{ config(materialized='incremental') }}

-- depends_on: {{ ref('int_days') }}
with

observations as (

    select
        *,
        case when follower_count is not null then observed_at end as counted_at
    from {{ ref('int_observations_weighted') }}
    where {{ in_stale_days('observed_at') }}

)

select
    platform,
    day,
    streamer_id,
    game_id,
    cast(sum(sample_seconds) as bigint) as airtime_seconds,
    cast(sum(viewer_count * sample_seconds) as bigint) as viewer_seconds,
    max(viewer_count) as peak_viewers,
    min(observed_at) as first_observed_at,
    max(observed_at) as last_observed_at,
    max_by(language, observed_at) as last_language,
    max_by(stream_id, observed_at) as last_stream_id,
    max_by(details_id, observed_at) as last_details_id,
    min_by(follower_count, counted_at) as first_follower_count,
    min(counted_at) as first_counted_at,
    max_by(follower_count, counted_at) as last_follower_count,
    max(counted_at) as last_counted_at,
    max(source_version) as source_version
from observations
group by platform, day, streamer_id, game_id
