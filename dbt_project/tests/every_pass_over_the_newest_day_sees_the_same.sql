-- What crawls add up to and what streamers add up to is the same, though each reads the observations itself.
with

newest as (

    select
        platform,
        max(day) as day
    from {{ ref('int_crawl_totals') }}
    group by platform

),

crawls as (

    select
        totals.platform,
        totals.day,
        sum(totals.airtime_seconds) as airtime_seconds,
        sum(totals.viewer_seconds) as viewer_seconds
    from {{ ref('int_crawl_totals') }} as totals
    inner join newest
        on totals.platform = newest.platform
        and totals.day = newest.day
    group by totals.platform, totals.day

),

streamers as (

    select
        platform,
        day,
        sum(airtime_seconds) as airtime_seconds,
        sum(viewer_seconds) as viewer_seconds
    from {{ ref('int_stretches') }}
    group by platform, day

)

select
    crawls.platform,
    crawls.day
from crawls
left join streamers
    on crawls.platform = streamers.platform
    and crawls.day = streamers.day
where
    crawls.airtime_seconds <> coalesce(streamers.airtime_seconds, -1)
    or crawls.viewer_seconds <> coalesce(streamers.viewer_seconds, -1)
