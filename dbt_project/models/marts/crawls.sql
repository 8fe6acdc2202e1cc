with

crawls as (

    select * from {{ ref('int_crawls_audited') }}

)

select
    platform,
    observed_at,
    finished_at,
    is_complete,
    stop_reason,
    pages,
    streams,
    doubles,
    points_used,
    sample_seconds
from crawls
