{{ config(materialized='incremental', stale='history') }}
{%- set presence = ['platform', 'day', 'streamer_id', 'island_epoch', 'origin_epoch', 'game_id'] %}
{%- set part = div('{0} - {1}origin_epoch', session_limit()) %}
{%- set first_part, last_part = part.format('first_epoch', ''), part.format('last_epoch', '') %}
{%- set break = 'stretches.first_epoch - coalesce(stretches.epoch_before, carried.last_epoch)' %}
{%- set linked_stream = 'case when epoch_before is null then carried.stream_id else stream_before end' %}

-- How stretches become sessions: what happens on a day never changes the sessions of the days before it, so
-- each streamer's newest session is carried over into the days that are built again.
with

stretches as (

    select
        *,
        lag(last_epoch) over by_streamer as epoch_before,
        lag(stream_id) over by_streamer as stream_before
    from {{ ref('int_stretches') }}
    where {{ on_stale_days() }}
    window by_streamer as (partition by platform, streamer_id order by first_epoch)

),

{{ carried_sessions() }},

linked as (

    select
        stretches.*,
        carried.island_epoch as carried_island,
        carried.origin_epoch as carried_origin,
        coalesce(
            {{ break }} <= {{ var('reconnect_minutes') }} * 60 + stretches.first_cadence_seconds
            or ({{ break }} <= {{ session_limit() }} and stretches.stream_id = {{ linked_stream }}),
            false
        ) as is_linked
    from stretches
    left join carried
        on stretches.platform = carried.platform
        and stretches.streamer_id = carried.streamer_id

),

islands as (

    select
        *,
        coalesce(max(case when not is_linked then first_epoch end) over so_far, carried_island)
            as island_epoch
    from linked
    window so_far as (partition by platform, streamer_id order by first_epoch rows unbounded preceding)

),

-- 48 hours count from the platform's start or the first observation, whichever is earlier
counted as (

    select
        *,
        coalesce(max(case
            when first_epoch <> island_epoch then null
            when started_epoch > first_epoch - {{ session_limit() }} then least(started_epoch, first_epoch)
            else first_epoch
        end) over (partition by platform, streamer_id, island_epoch), carried_origin) as origin_epoch
    from islands

),

{{ observations() }},

-- the few stretches that 48 hours end within are summed up anew, from their observations
pieces as (

    select
        {{ presence | join(', ') }},
        {{ first_part }} as session_part,
        stream_id,
        started_epoch,
        first_epoch,
        last_epoch,
        airtime_seconds,
        viewer_seconds,
        peak_viewers
    from counted
    where {{ first_part }} = {{ last_part }}
    union all
    select
        cut.{{ presence | join(', cut.') }},
        {{ part.format('observations.observed_epoch', 'cut.') }} as session_part,
        cut.stream_id,
        cut.started_epoch,
        observations.observed_epoch as first_epoch,
        observations.observed_epoch as last_epoch,
        observations.sample_seconds as airtime_seconds,
        observations.viewer_count * observations.sample_seconds as viewer_seconds,
        observations.viewer_count as peak_viewers
    from observations
    inner join counted as cut
        on observations.platform = cut.platform
        and observations.streamer_id = cut.streamer_id
        and observations.observed_epoch >= cut.first_epoch
        and observations.observed_epoch <= cut.last_epoch
    where {{ part.format('cut.first_epoch', 'cut.') }} <> {{ part.format('cut.last_epoch', 'cut.') }}

)

select
    {{ presence | join(', ') }},
    session_part,
    coalesce(stream_id, '') as stream_id,
    cast(sum(airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(viewer_seconds) as bigint) as viewer_seconds,
    max(peak_viewers) as peak_viewers,
    min(first_epoch) as first_epoch,
    max(last_epoch) as last_epoch,
    min_by(started_epoch, first_epoch) as first_started_epoch,
    max_by(started_epoch, last_epoch) as last_started_epoch
from pieces
group by {{ presence | join(', ') }}, session_part, coalesce(stream_id, '')
