{{ config(materialized='incremental') }}

-- depends_on: {{ ref('int_days') }}
-- depends_on: {{ ref('stg_twitch__stream_details') }}
with

observations as (

    select * from {{ ref('int_observations_weighted') }}
    where {{ in_stale_days('observed_at') }}

),

{{ stale_tags() }},

languages_by_crawl as (

    select
        platform,
        day,
        coalesce(nullif(language, ''), '(unknown)') as language,
        sum(viewer_count) as viewer_count,
        count(*) as stream_count,
        max(source_version) as source_version
    from {{ ref('int_observations_weighted') }}
    where {{ in_stale_days('observed_at') }}
    group by platform, day, observed_at, coalesce(nullif(language, ''), '(unknown)')

),

tags_by_crawl as (

    select
        observations.platform,
        observations.day,
        details_tags.tag_number,
        sum(observations.viewer_count) as viewer_count,
        count(*) as stream_count,
        max(observations.source_version) as source_version
    from observations
    inner join details
        on observations.platform = details.platform
        and observations.stream_id = details.stream_id
        and observations.details_id = details.details_id
    inner join details_tags on details.details_number = details_tags.details_number
    group by observations.platform, observations.day, observations.observed_at, details_tags.tag_number

)

select
    platform,
    day,
    'language' as category_type,
    language as category,
    cast(max(viewer_count) as bigint) as peak_viewers,
    cast(max(stream_count) as bigint) as peak_channels,
    max(source_version) as source_version
from languages_by_crawl
group by platform, day, language
union all
select
    by_crawl.platform,
    by_crawl.day,
    'tag' as category_type,
    tags.tag as category,
    cast(max(by_crawl.viewer_count) as bigint) as peak_viewers,
    cast(max(by_crawl.stream_count) as bigint) as peak_channels,
    max(by_crawl.source_version) as source_version
from tags_by_crawl as by_crawl
inner join tags on by_crawl.tag_number = tags.tag_number
group by by_crawl.platform, by_crawl.day, tags.tag
