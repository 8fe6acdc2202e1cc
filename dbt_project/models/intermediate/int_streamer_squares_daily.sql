{{ config(materialized='incremental') }}

-- depends_on: {{ ref('int_days') }}
with

stale as (

    select * from {{ ref('int_observations_weighted') }}
    where {{ in_stale_days('observed_at') }}

),

crawls as (

    select * from {{ ref('int_crawls_weighted') }}

),

observations as (

    select
        stale.*,
        crawls.cadence_seconds as cadence,
        crawls.gap_seconds as gap,
        crawls.is_gap_short,
        coalesce(stale.started_at <= crawls.previous_observed_at, false) as is_live_throughout,
        crawls.observed_epoch - lag(crawls.observed_epoch) over (
            partition by stale.platform, stale.day, stale.streamer_id, stale.stream_id
            order by stale.observed_at
        ) as step,
        stale.viewer_count - lag(stale.viewer_count) over (
            partition by stale.platform, stale.day, stale.streamer_id, stale.stream_id
            order by stale.observed_at
        ) as viewer_step
    from stale
    inner join crawls
        on stale.platform = crawls.platform
        and stale.observed_at = crawls.observed_at

)

select
    platform,
    day,
    streamer_id,
    cast(sum(sample_seconds) as bigint) as airtime_seconds,
    cast(sum(viewer_count * sample_seconds) as bigint) as viewer_seconds,
    cast(sum(
        case
            when is_live_throughout then 0
            when is_gap_short then 2 * gap * gap + 6 * (gap - cadence) * (gap - cadence)
            else 2 * cadence * cadence
        end
    ) as {{ big_integer() }}) as edge12,
    cast(sum(
        cast(step * step + 3 * (step - cadence) * (step - cadence) as {{ big_integer() }})
        * viewer_step * viewer_step
    ) as {{ big_integer() }}) as step12,
    max(source_version) as source_version
from observations
group by platform, day, streamer_id
