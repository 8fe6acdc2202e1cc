with

crawls as (

    select * from {{ ref('int_crawls') }}

),

totals as (

    select * from {{ ref('int_crawl_totals') }}

)

select
    crawls.platform,
    crawls.observed_at,
    crawls.finished_at,
    crawls.is_complete,
    crawls.stop_reason,
    crawls.page_count as pages,
    -- the ticks of an imported file are counted, not told
    cast(coalesce(case when crawls.is_live then crawls.stream_count end, totals.stream_count, 0) as bigint)
        as streams,
    crawls.double_count as doubles,
    crawls.points_used,
    crawls.found_count as found_by_id,
    crawls.rejected_count as rejected,
    crawls.sample_seconds
from crawls
left join totals
    on crawls.platform = totals.platform
    and crawls.observed_at = totals.observed_at
