{{ config(materialized='incremental') }}

-- depends_on: {{ ref('int_days') }}
with

observations as (

    select * from {{ ref('int_observations_weighted') }}
    where {{ in_stale_days('observed_at') }}

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

),

by_crawl as (

    select
        platform,
        day,
        observed_at,
        category_type,
        category,
        sum(viewer_count) as viewer_count,
        count(*) as stream_count,
        max(source_version) as source_version
    from labelled
    group by platform, day, observed_at, category_type, category

)

select
    platform,
    day,
    category_type,
    category,
    cast(max(viewer_count) as bigint) as peak_viewers,
    cast(max(stream_count) as bigint) as peak_channels,
    max(source_version) as source_version
from by_crawl
group by platform, day, category_type, category
