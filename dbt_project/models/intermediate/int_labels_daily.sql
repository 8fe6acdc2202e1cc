{{ config(materialized='incremental') }}

-- depends_on: {{ ref('int_days') }}
-- depends_on: {{ ref('stg_twitch__stream_details') }}
with

observations as (

    select
        platform,
        day,
        streamer_id,
        stream_id,
        details_id,
        coalesce(nullif(language, ''), '(unknown)') as language,
        sum(sample_seconds) as airtime_seconds,
        sum(viewer_count * sample_seconds) as viewer_seconds,
        max(source_version) as source_version
    from {{ ref('int_observations_weighted') }}
    where {{ in_stale_days('observed_at') }}
    group by
        platform, day, streamer_id, stream_id, details_id, coalesce(nullif(language, ''), '(unknown)')

),

{{ stale_tags() }},

tagged as (

    select
        observations.platform,
        observations.day,
        observations.streamer_id,
        details_tags.tag_number,
        sum(observations.airtime_seconds) as airtime_seconds,
        sum(observations.viewer_seconds) as viewer_seconds,
        max(observations.source_version) as source_version
    from observations
    inner join details
        on observations.platform = details.platform
        and observations.stream_id = details.stream_id
        and observations.details_id = details.details_id
    inner join details_tags on details.details_number = details_tags.details_number
    group by observations.platform, observations.day, observations.streamer_id, details_tags.tag_number

)

select
    platform,
    day,
    'language' as category_type,
    language as category,
    streamer_id,
    cast(sum(airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(viewer_seconds) as bigint) as viewer_seconds,
    max(source_version) as source_version
from observations
group by platform, day, language, streamer_id
union all
select
    tagged.platform,
    tagged.day,
    'tag' as category_type,
    tags.tag as category,
    tagged.streamer_id,
    cast(tagged.airtime_seconds as bigint) as airtime_seconds,
    cast(tagged.viewer_seconds as bigint) as viewer_seconds,
    tagged.source_version
from tagged
inner join tags on tagged.tag_number = tags.tag_number
