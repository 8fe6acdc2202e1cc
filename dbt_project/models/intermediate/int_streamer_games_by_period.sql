{{ config(materialized='incremental', incremental_strategy='replace_periods') }}

with

{{ stale_parts() }},

units as (

    select
        platform,
        'day' as part,
        day as part_start,
        streamer_id,
        game_id,
        airtime_seconds,
        viewer_seconds
    from {{ ref('int_activity_daily') }}
    union all
    select
        platform,
        period as part,
        period_start as part_start,
        streamer_id,
        game_id,
        airtime_seconds,
        viewer_seconds
    from {{ ref('int_streamer_game_blocks') }}

)

select
    parts.platform,
    parts.period,
    parts.period_start,
    units.streamer_id,
    units.game_id,
    cast(sum(units.airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(units.viewer_seconds) as bigint) as viewer_seconds,
    max(parts.source_version) as source_version
from parts
inner join units
    on parts.platform = units.platform
    and parts.part = units.part
    and parts.part_start = units.part_start
group by parts.platform, parts.period, parts.period_start, units.streamer_id, units.game_id
