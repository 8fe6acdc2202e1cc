with

streamers as (

    select
        platform,
        period,
        period_start,
        count(*) as unique_streamers,
        cast(sum(session_count) as bigint) as session_count,
        cast(sum(airtime_seconds) as bigint) as airtime_seconds,
        cast(sum(viewer_seconds) as bigint) as viewer_seconds
    from {{ ref('int_streamers_by_period') }}
    group by platform, period, period_start

),

peaks as (

    select * from {{ ref('int_platform_peaks_daily') }}

),

period_days as (

    select * from {{ ref('int_period_days') }}

),

days as (

    select
        period_days.platform,
        period_days.period,
        period_days.period_start,
        cast(sum(period_days.covered_seconds) as bigint) as covered_seconds,
        coalesce(max(peaks.peak_viewers), 0) as peak_viewers,
        coalesce(max(peaks.peak_channels), 0) as peak_channels
    from period_days
    left join peaks
        on period_days.platform = peaks.platform
        and period_days.day = peaks.day
    group by period_days.platform, period_days.period, period_days.period_start

)

select
    days.*,
    coalesce(streamers.unique_streamers, 0) as unique_streamers,
    coalesce(streamers.session_count, 0) as session_count,
    coalesce(streamers.airtime_seconds, 0) as airtime_seconds,
    coalesce(streamers.viewer_seconds, 0) as viewer_seconds
from days
left join streamers
    on days.platform = streamers.platform
    and days.period = streamers.period
    and days.period_start = streamers.period_start
