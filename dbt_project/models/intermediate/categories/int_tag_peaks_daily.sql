{{ config(materialized='incremental') }}

-- The third pass over the observations: whom tags had on air. A stream counts for each of its tags.
with

{{ observations() }},

{{ stale_tags() }},

by_crawl as (

    select
        observations.platform,
        observations.day,
        observations.observed_epoch,
        tag_sets.tag_set,
        sum(observations.viewer_count) as viewer_count,
        count(*) as stream_count
    from observations
    inner join details
        on observations.platform = details.platform
        and observations.stream_id = details.stream_id
        and observations.details_id = details.details_id
    inner join tag_sets on details.tags = tag_sets.tags
    group by observations.platform, observations.day, observations.observed_epoch, tag_sets.tag_set

),

tags_by_crawl as (

    select
        by_crawl.platform,
        by_crawl.day,
        tags.tag,
        sum(by_crawl.viewer_count) as viewer_count,
        sum(by_crawl.stream_count) as stream_count
    from by_crawl
    inner join tags on by_crawl.tag_set = tags.tag_set
    group by by_crawl.platform, by_crawl.day, by_crawl.observed_epoch, tags.tag

)

select
    platform,
    day,
    tag,
    cast(max(viewer_count) as bigint) as peak_viewers,
    cast(max(stream_count) as bigint) as peak_channels
from tags_by_crawl
group by platform, day, tag
