{{ config(materialized='incremental', incremental_strategy='replace_periods') }}

-- Each streamer's games: main games, genres and publishers are told by them.
with

parts as (

    select * from {{ ref('int_period_parts') }} as parts
    where {{ in_stale_periods('parts') }}

),

units as (

    select
        platform,
        'day' as part,
        day as part_start,
        streamer_id,
        category as game_id,
        airtime_seconds,
        viewer_seconds
    from {{ ref('int_streamer_category_days') }}
    where category_type = 'game'
    union all
    select
        platform,
        period as part,
        period_start as part_start,
        streamer_id,
        category as game_id,
        airtime_seconds,
        viewer_seconds
    from {{ ref('int_streamer_category_blocks') }}
    where category_type = 'game'

)

select
    parts.platform,
    parts.period,
    parts.period_start,
    units.streamer_id,
    units.game_id,
    cast(sum(units.airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(units.viewer_seconds) as bigint) as viewer_seconds
from parts
inner join units
    on parts.platform = units.platform
    and parts.part = units.part
    and parts.part_start = units.part_start
group by parts.platform, parts.period, parts.period_start, units.streamer_id, units.game_id
