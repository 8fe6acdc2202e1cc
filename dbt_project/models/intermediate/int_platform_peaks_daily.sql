with

games_by_crawl as (

    select * from {{ ref('int_games_by_crawl') }}

),

by_crawl as (

    select
        platform,
        day,
        observed_at,
        sum(viewer_count) as viewer_count,
        sum(stream_count) as stream_count
    from games_by_crawl
    group by platform, day, observed_at

)

select
    platform,
    day,
    cast(max(viewer_count) as bigint) as peak_viewers,
    cast(max(stream_count) as bigint) as peak_channels
from by_crawl
group by platform, day
