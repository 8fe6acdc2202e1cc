with

hours as (

    select * from {{ ref('int_hours') }}

),

-- an hour may lie in two days of a time zone that is not whole hours away
activity as (

    select
        platform,
        hour_at,
        sum(airtime_seconds) as airtime_seconds,
        sum(viewer_seconds) as viewer_seconds,
        max(peak_viewers) as peak_viewers,
        max(peak_channels) as peak_channels
    from {{ ref('int_hourly_activity') }}
    group by platform, hour_at

)

select
    hours.platform,
    hours.hour_at,
    coalesce({{ ratio('activity.viewer_seconds', 'hours.covered_seconds') }}, 0) as average_viewers,
    coalesce(activity.peak_viewers, 0) as peak_viewers,
    coalesce({{ ratio('activity.airtime_seconds', 'hours.covered_seconds') }}, 0) as average_channels,
    coalesce(activity.peak_channels, 0) as peak_channels,
    hours.coverage
from hours
left join activity
    on hours.platform = activity.platform
    and hours.hour_at = activity.hour_at
