with

streamers as (

    select
        platform,
        period,
        period_start,
        viewer_seconds,
        row_number() over (
            partition by platform, period, period_start order by viewer_seconds desc, streamer_id asc
        ) as position
    from {{ ref('int_streamers_by_period') }}
    where period = 'month'

)

select
    platform,
    period_start,
    {{ ratio(
        'sum(case when position <= 100 then viewer_seconds end)', 'sum(viewer_seconds)'
    ) }} as top_100_share,
    {{ ratio(
        'sum(case when position <= 1000 then viewer_seconds end)', 'sum(viewer_seconds)'
    ) }} as top_1000_share,
    {{ ratio(
        'sum(case when position <= 10000 then viewer_seconds end)', 'sum(viewer_seconds)'
    ) }} as top_10000_share
from streamers
group by platform, period_start
