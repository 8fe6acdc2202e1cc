-- A month's whole numbers are those of its days' grain; its streamers are counted, not added up.
with

activity as (

    select * from {{ ref('int_stretches') }}

),

platforms as (

    select * from {{ ref('int_platforms_by_period') }}
    where period = 'month'

),

months as (

    select
        platform,
        cast(date_trunc('month', day) as date) as month,
        count(distinct streamer_id) as unique_streamers,
        sum(airtime_seconds) as airtime_seconds,
        sum(viewer_seconds) as viewer_seconds
    from activity
    group by platform, cast(date_trunc('month', day) as date)

)

select
    coalesce(platforms.platform, months.platform) as platform,
    coalesce(platforms.period_start, months.month) as month
from platforms
full outer join months
    on platforms.platform = months.platform
    and platforms.period_start = months.month
where
    coalesce(platforms.unique_streamers, 0) <> coalesce(months.unique_streamers, 0)
    or coalesce(platforms.airtime_seconds, 0) <> coalesce(months.airtime_seconds, 0)
    or coalesce(platforms.viewer_seconds, 0) <> coalesce(months.viewer_seconds, 0)
