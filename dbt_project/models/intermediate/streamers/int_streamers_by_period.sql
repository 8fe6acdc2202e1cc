{{ config(materialized='incremental', incremental_strategy='replace_periods', stale='history') }}

-- Every streamer of every period with ranks, because ranks are taken before any cut.
with

parts as (

    select * from {{ ref('int_period_parts') }} as parts
    where {{ in_stale_periods('parts') }}

),
{% set measures = [
    'airtime_seconds', 'viewer_seconds', 'peak_viewers', 'active_days', 'session_count',
    'airtime_var12', 'watched_var12', 'last_epoch', 'last_language',
] %}
{% set by_period = 'partition by platform, period, period_start' %}
units as (

    select
        platform,
        'day' as part,
        day as part_start,
        streamer_id,
        {{ measures | map('replace', 'active_days', '1 as active_days') | join(', ') }}
    from {{ ref('int_streamer_days') }}
    union all
    select
        platform,
        period as part,
        period_start as part_start,
        streamer_id,
        {{ measures | join(', ') }}
    from {{ ref('int_streamer_blocks') }}

),

sums as (

    select
        parts.platform,
        parts.period,
        parts.period_start,
        units.streamer_id,
        cast(sum(units.airtime_seconds) as bigint) as airtime_seconds,
        cast(sum(units.viewer_seconds) as bigint) as viewer_seconds,
        max(units.peak_viewers) as peak_viewers,
        cast(sum(units.active_days) as bigint) as active_days,
        cast(sum(units.session_count) as bigint) as session_count,
        cast(sum(units.airtime_var12) as {{ big_integer() }}) as airtime_var12,
        cast(sum(units.watched_var12) as {{ big_integer() }}) as watched_var12,
        nullif(max_by(units.last_language, units.last_epoch), '') as language
    from parts
    inner join units
        on parts.platform = units.platform
        and parts.part = units.part
        and parts.part_start = units.part_start
    group by parts.platform, parts.period, parts.period_start, units.streamer_id

)

select
    *,
    cast(rank() over ({{ by_period }} order by viewer_seconds desc) as bigint) as rank_by_hours_watched,
    cast(rank() over ({{ by_period }} order by airtime_seconds desc) as bigint) as rank_by_hours_broadcast,
    cast(rank() over (
        {{ by_period }} order by {{ by_quotient('viewer_seconds', 'airtime_seconds') }}
    ) as bigint) as rank_by_average_viewers,
    cast(rank() over ({{ by_period }} order by peak_viewers desc) as bigint) as rank_by_peak_viewers
from sums
