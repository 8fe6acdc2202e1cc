{{ config(materialized='incremental') }}

-- A row a crawl, so that crawls, hours and peaks of platforms do not read what games had on air.
select
    platform,
    day,
    {{ instant('observed_epoch') }} as observed_at,
    cast(sum(viewer_count) as bigint) as viewer_count,
    cast(sum(stream_count) as bigint) as stream_count,
    cast(sum(airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(viewer_seconds) as bigint) as viewer_seconds
from {{ ref('int_categories_by_crawl') }}
where
    category_type = 'language'
    and {{ on_stale_days() }}
group by platform, day, observed_epoch
