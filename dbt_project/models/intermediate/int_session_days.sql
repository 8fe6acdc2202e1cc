{{ config(materialized='incremental') }}

-- depends_on: {{ ref('int_days') }}
with

observations as (

    select
        observations.*,
        crawls.cadence_seconds,
        crawls.observed_epoch,
        row_number() over (
            partition by observations.platform, observations.streamer_id order by observations.observed_at
        ) as position,
        lag(crawls.observed_epoch) over (
            partition by observations.platform, observations.streamer_id order by observations.observed_at
        ) as previous_epoch,
        lag(observations.stream_id) over (
            partition by observations.platform, observations.streamer_id order by observations.observed_at
        ) as previous_stream_id
    from {{ ref('int_observations_weighted') }} as observations
    inner join {{ ref('int_crawls_weighted') }} as crawls
        on observations.platform = crawls.platform
        and observations.observed_at = crawls.observed_at
    where {{ since_first_stale('day', of='observations.') }}

),

{{ carried_sessions() }},

-- the streamer's observation before, if need be from a day that is not built again
preceded as (

    select
        observations.*,
        carried.island_epoch as carried_island_epoch,
        observations.observed_epoch
        - case when observations.position = 1 then carried.last_epoch else observations.previous_epoch end
            as break_seconds,
        case
            when observations.position = 1 then carried.last_stream_id
            else observations.previous_stream_id
        end as stream_id_before
    from observations
    left join carried
        on observations.platform = carried.platform
        and observations.streamer_id = carried.streamer_id

),

{{ parted_presence('preceded') }}

select
    platform,
    day,
    streamer_id,
    island_epoch,
    session_part,
    game_id,
    coalesce(stream_id, '') as stream_id,
    cast(sum(sample_seconds) as bigint) as airtime_seconds,
    cast(sum(viewer_count * sample_seconds) as bigint) as viewer_seconds,
    max(viewer_count) as peak_viewers,
    min(observed_epoch) as first_epoch,
    max(observed_epoch) as last_epoch,
    min_by(started_epoch, observed_epoch) as first_started_epoch,
    max_by(started_epoch, observed_epoch) as last_started_epoch,
    max(source_version) as source_version
from parted
group by platform, day, streamer_id, island_epoch, session_part, game_id, coalesce(stream_id, '')
