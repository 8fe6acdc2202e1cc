{{ config(materialized='incremental') }}

-- depends_on: {{ ref('int_days') }}
with

observations as (

    select
        platform,
        day,
        streamer_id,
        stream_id,
        details_id,
        language,
        sum(sample_seconds) as airtime_seconds,
        sum(viewer_count * sample_seconds) as viewer_seconds,
        max(source_version) as source_version
    from {{ ref('int_observations_weighted') }}
    where {{ in_stale_days('observed_at') }}
    group by platform, day, streamer_id, stream_id, details_id, language

),

tags as (

    select distinct
        platform,
        stream_id,
        details_id,
        tag
    from {{ ref('stg_twitch__stream_tags') }}
    where {{ in_stale_days('observed_at', lookback_days=1) }}

),

labelled as (

    select
        observations.*,
        'language' as category_type,
        coalesce(nullif(observations.language, ''), '(unknown)') as category
    from observations
    union all
    select
        observations.*,
        'tag' as category_type,
        tags.tag as category
    from observations
    inner join tags
        on observations.platform = tags.platform
        and observations.stream_id = tags.stream_id
        and observations.details_id = tags.details_id

)

select
    platform,
    day,
    category_type,
    category,
    streamer_id,
    cast(sum(airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(viewer_seconds) as bigint) as viewer_seconds,
    max(source_version) as source_version
from labelled
group by platform, day, category_type, category, streamer_id
