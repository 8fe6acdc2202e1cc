{{ config(materialized='incremental') }}

-- depends_on: {{ ref('int_days') }}
with

observations as (

    select * from {{ ref('int_observations_weighted') }}
    where {{ in_stale_days('observed_at') }}

),

by_crawl as (

    select
        platform,
        day,
        observed_at,
        sum(sample_seconds) as airtime_seconds,
        sum(viewer_count * sample_seconds) as viewer_seconds,
        sum(viewer_count) as viewer_count,
        count(*) as stream_count,
        max(source_version) as source_version
    from observations
    group by platform, day, observed_at

)

select
    platform,
    day,
    date_trunc('hour', observed_at) as hour_at,
    cast(sum(airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(viewer_seconds) as bigint) as viewer_seconds,
    cast(max(viewer_count) as bigint) as peak_viewers,
    cast(max(stream_count) as bigint) as peak_channels,
    max(source_version) as source_version
from by_crawl
group by platform, day, date_trunc('hour', observed_at)
