{{ config(materialized='incremental', stale='history') }}
{%- set limit = session_limit() %}

-- How stretches become sessions: what happens on a day never changes the sessions of the days before it, so each
-- streamer's newest session is carried over into the days that are built again.
with

stretches as (

    select
        *,
        row_number() over by_streamer as position,
        lag(last_epoch) over by_streamer as epoch_before,
        lag(stream_id) over by_streamer as stream_before
    from {{ ref('int_stretches') }}
    where {{ on_stale_days() }}
    window by_streamer as (partition by platform, streamer_id order by first_epoch)

),

{{ carried_sessions() }},

preceded as (

    select
        stretches.*,
        carried.island_epoch as carried_island,
        carried.origin_epoch as carried_origin,
        stretches.first_epoch
        - case when position = 1 then carried.last_epoch else epoch_before end as break_seconds,
        case when position = 1 then carried.stream_id else stream_before end as linked_stream
    from stretches
    left join carried
        on stretches.platform = carried.platform
        and stretches.streamer_id = carried.streamer_id

),

linked as (

    select
        *,
        coalesce(
            break_seconds <= {{ var('reconnect_minutes') }} * 60 + first_cadence_seconds
            or (break_seconds <= {{ limit }} and stream_id = linked_stream),
            false
        ) as is_linked
    from preceded

),

islands as (

    select
        *,
        coalesce(
            max(case when not is_linked then first_epoch end) over (
                partition by platform, streamer_id order by first_epoch
                rows between unbounded preceding and current row
            ),
            carried_island
        ) as island_epoch
    from linked

),

-- 48 hours count from the platform's start or the first observation, whichever is earlier
counted as (

    select
        *,
        coalesce(
            max(
                case
                    when first_epoch <> island_epoch then null
                    when started_epoch > first_epoch - {{ limit }} then least(started_epoch, first_epoch)
                    else first_epoch
                end
            ) over (partition by platform, streamer_id, island_epoch),
            carried_origin
        ) as origin_epoch
    from islands

),

{{ cut_stretches('counted') }}

select
    platform,
    day,
    streamer_id,
    island_epoch,
    origin_epoch,
    session_part,
    game_id,
    coalesce(stream_id, '') as stream_id,
    cast(sum(airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(viewer_seconds) as bigint) as viewer_seconds,
    max(peak_viewers) as peak_viewers,
    min(first_epoch) as first_epoch,
    max(last_epoch) as last_epoch,
    min_by(started_epoch, first_epoch) as first_started_epoch,
    max_by(started_epoch, last_epoch) as last_started_epoch
from pieces
group by platform, day, streamer_id, island_epoch, origin_epoch, session_part, game_id, coalesce(stream_id, '')
