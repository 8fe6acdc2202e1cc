{{ config(materialized='incremental', stale='history') }}
{%- set key = 'platform, day, streamer_id' %}
{%- set wide = big_integer() %}

-- The grain of all that is said of streamers.
with

stretches as (

    select
        *,
        first_epoch - lag(last_epoch) over by_stream as step,
        first_viewer_count - lag(last_viewer_count) over by_stream as viewer_step
    from {{ ref('int_stretches') }}
    where {{ on_stale_days() }}
    window by_stream as (partition by {{ key }}, stream_id order by first_epoch)

),

activity as (

    select
        {{ key }},
        cast(sum(airtime_seconds) as bigint) as airtime_seconds,
        cast(sum(viewer_seconds) as bigint) as viewer_seconds,
        max(peak_viewers) as peak_viewers,
        min(first_epoch) as first_epoch,
        max(last_epoch) as last_epoch,
        max_by(language, last_epoch) as last_language,
        max_by(stream_id, last_epoch) as last_stream_id,
        max_by(details_id, last_epoch) as last_details_id,
        min_by(first_follower_count, first_counted_epoch) as first_follower_count,
        min(first_counted_epoch) as first_counted_epoch,
        max_by(last_follower_count, last_counted_epoch) as last_follower_count,
        max(last_counted_epoch) as last_counted_epoch,
        sum(edge12) as edge12,
        -- within the stretches, and from each to the next of its stream
        coalesce(sum(step12), 0) + coalesce(sum(
            cast(
                step * step + 3 * (step - first_cadence_seconds) * (step - first_cadence_seconds)
                as {{ wide }}
            ) * viewer_step * viewer_step
        ), 0) as step12
    from stretches
    group by {{ key }}

),

starts as (

    select
        {{ key }},
        count(*) as session_count
    from {{ ref('int_sessions') }}
    where {{ on_stale_days() }}
    group by {{ key }}

),

details as (

    select
        platform,
        stream_id,
        details_id,
        max(streamer_login) as streamer_login,
        max(streamer_name) as streamer_name
    from {{ ref('stg_twitch__stream_details') }}
    where {{ in_stale_days('observed_at', lookback_days=1) }}
    group by platform, stream_id, details_id

)

select
    activity.platform,
    activity.day,
    activity.streamer_id,
    activity.airtime_seconds,
    activity.viewer_seconds,
    activity.peak_viewers,
    activity.first_epoch,
    activity.last_epoch,
    activity.last_language,
    activity.first_follower_count,
    activity.first_counted_epoch,
    activity.last_follower_count,
    activity.last_counted_epoch,
    coalesce(details.streamer_login, activity.streamer_id) as streamer_login,
    coalesce(details.streamer_name, details.streamer_login, activity.streamer_id) as streamer_name,
    cast(activity.edge12 as {{ wide }}) as airtime_var12,
    cast(
        case
            when activity.airtime_seconds = 0 then 0
            else {{ div(
                'activity.edge12 * activity.viewer_seconds * activity.viewer_seconds',
                'cast(activity.airtime_seconds as ' ~ wide ~ ') * activity.airtime_seconds', wide
            ) }}
        end + {{ div('3 * activity.step12', 2, wide) }} as {{ wide }}
    ) as watched_var12,
    coalesce(starts.session_count, 0) as session_count
from activity
left join starts
    on activity.platform = starts.platform
    and activity.day = starts.day
    and activity.streamer_id = starts.streamer_id
left join details
    on activity.platform = details.platform
    and activity.last_stream_id = details.stream_id
    and activity.last_details_id = details.details_id
