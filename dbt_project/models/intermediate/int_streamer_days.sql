{{ config(materialized='incremental', day_version='history_version') }}
{%- set stale = on_stale_days() %}
{%- set key = 'platform, day, streamer_id' %}

with

activity as (

    select
        {{ key }},
        cast(sum(airtime_seconds) as bigint) as airtime_seconds,
        cast(sum(viewer_seconds) as bigint) as viewer_seconds,
        max(peak_viewers) as peak_viewers,
        min(first_observed_at) as first_observed_at,
        max(last_observed_at) as last_observed_at,
        max_by(last_language, last_observed_at) as last_language,
        max_by(last_stream_id, last_observed_at) as last_stream_id,
        max_by(last_details_id, last_observed_at) as last_details_id
    from {{ ref('int_activity_daily') }}
    where {{ stale }}
    group by {{ key }}

),

errors as (

    select * from {{ ref('int_streamer_errors_daily') }}
    where {{ stale }}

),

starts as (

    select
        {{ key }},
        count(*) as session_count
    from {{ ref('int_sessions') }}
    where {{ stale }}
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
    activity.*,
    coalesce(details.streamer_login, activity.streamer_id) as streamer_login,
    coalesce(details.streamer_name, activity.streamer_id) as streamer_name,
    errors.airtime_var12,
    errors.watched_var12,
    coalesce(starts.session_count, 0) as session_count,
    versions.history_version as source_version
from activity
inner join {{ ref('int_days') }} as versions
    on activity.platform = versions.platform
    and activity.day = versions.day
inner join errors
    on activity.platform = errors.platform
    and activity.day = errors.day
    and activity.streamer_id = errors.streamer_id
left join starts
    on activity.platform = starts.platform
    and activity.day = starts.day
    and activity.streamer_id = starts.streamer_id
left join details
    on activity.platform = details.platform
    and activity.last_stream_id = details.stream_id
    and activity.last_details_id = details.details_id
