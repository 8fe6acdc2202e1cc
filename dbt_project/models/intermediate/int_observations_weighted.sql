{{ config(materialized='incremental', built_by='int_hourly_activity') }}

with

observations as (

    select * from {{ ref('int_observations') }}
    where {{ in_stale_days('observed_at') }}

),

crawls as (

    select * from {{ ref('int_crawls_weighted') }}

),

days as (

    select * from {{ ref('int_days') }}

),

weighted as (

    select
        observations.*,
        crawls.day,
        case
            when crawls.gap_seconds is null then crawls.cadence_seconds
            when crawls.is_gap_short then crawls.gap_seconds
            -- live through an outage: as far back as the day goes
            when observations.started_at <= crawls.previous_observed_at
                then least(crawls.gap_seconds, crawls.seconds_of_day)
            when observations.started_at is not null
                then
                    greatest(crawls.observed_epoch - {{ epoch_seconds('observations.started_at') }}, 0)
                    + {{ div('crawls.cadence_seconds', 2) }}
            else crawls.cadence_seconds
        end as sample_seconds
    from observations
    inner join crawls
        on observations.platform = crawls.platform
        and observations.observed_at = crawls.observed_at

)

select
    weighted.platform,
    weighted.day,
    weighted.observed_at,
    weighted.stream_id,
    weighted.streamer_id,
    weighted.game_id,
    weighted.language,
    weighted.viewer_count,
    weighted.follower_count,
    weighted.started_at,
    weighted.details_id,
    weighted.sample_seconds,
    days.source_version
from weighted
inner join days
    on weighted.platform = days.platform
    and weighted.day = days.day
