-- The newest day's observations lose nothing on the way to the grain that all periods are built from.
with

newest as (

    select
        platform,
        max(day) as day
    from {{ ref('int_days') }}
    group by platform

),

observations as (

    select
        observations.platform,
        observations.day,
        sum(observations.sample_seconds) as airtime_seconds,
        sum(observations.viewer_count * observations.sample_seconds) as viewer_seconds
    from {{ ref('int_observations_weighted') }} as observations
    inner join newest
        on observations.platform = newest.platform
        and observations.day = newest.day
    group by observations.platform, observations.day

),

activity as (

    select
        platform,
        day,
        sum(airtime_seconds) as airtime_seconds,
        sum(viewer_seconds) as viewer_seconds
    from {{ ref('int_activity_daily') }}
    group by platform, day

)

select
    observations.platform,
    observations.day
from observations
left join activity
    on observations.platform = activity.platform
    and observations.day = activity.day
where
    observations.airtime_seconds <> coalesce(activity.airtime_seconds, -1)
    or observations.viewer_seconds <> coalesce(activity.viewer_seconds, -1)
