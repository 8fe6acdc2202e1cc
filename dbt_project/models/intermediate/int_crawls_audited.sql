with

crawls as (

    select * from {{ ref('stg_airtime__crawls') }}

),

weighted as (

    select * from {{ ref('int_crawls_weighted') }}

),

counted as (

    select
        platform,
        observed_at,
        sum(stream_count) as stream_count
    from {{ ref('int_games_by_crawl') }}
    group by platform, observed_at

)

select
    crawls.platform,
    crawls.observed_at,
    crawls.finished_at,
    crawls.is_complete,
    crawls.stop_reason,
    crawls.page_count as pages,
    cast(coalesce(crawls.stream_count, counted.stream_count, 0) as bigint) as streams,
    crawls.double_count as doubles,
    crawls.points_used,
    weighted.sample_seconds
from crawls
left join weighted
    on crawls.platform = weighted.platform
    and crawls.observed_at = weighted.observed_at
left join counted
    on crawls.platform = counted.platform
    and crawls.observed_at = counted.observed_at
