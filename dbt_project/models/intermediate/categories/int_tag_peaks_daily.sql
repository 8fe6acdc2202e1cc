{{ config(materialized='incremental') }}

-- The third pass over the observations: whom tags had on air. A stream counts for each of its tags.
with

{{ observations() }},

{{ stale_tags() }},

by_crawl as (

    select
        observations.platform,
        observations.day,
        elements.tag_number,
        sum(observations.viewer_count) as viewer_count,
        count(*) as stream_count
    from (
        select
            *,
            {{ hash_of('platform, stream_id, details_id') }} as details_number
        from observations
    ) as observations
    inner join details on observations.details_number = details.details_number
    {{ each_of('details.tag_numbers', 'tag_number') }}
    group by observations.platform, observations.day, observations.observed_epoch, elements.tag_number

),

peaks as (

    select
        platform,
        day,
        tag_number,
        cast(max(viewer_count) as bigint) as peak_viewers,
        cast(max(stream_count) as bigint) as peak_channels
    from by_crawl
    group by platform, day, tag_number

)

select
    peaks.platform,
    peaks.day,
    tags.tag,
    peaks.peak_viewers,
    peaks.peak_channels
from peaks
inner join tags on peaks.tag_number = tags.tag_number
