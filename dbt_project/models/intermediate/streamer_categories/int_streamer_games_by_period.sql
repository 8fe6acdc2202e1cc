{{ config(materialized='incremental', incremental_strategy='replace_periods') }}

-- Each streamer's games: main games, genres and publishers are told by them.
with

parts as (

    select * from {{ ref('int_period_parts') }} as parts
    where {{ in_stale_periods('parts') }}

),

units as (
    {% for part, part_start, model in [("'day'", 'day', ref('int_streamer_category_days')),
        ('period', 'period_start', ref('int_streamer_category_blocks'))] %}
    {{ "union all" if not loop.first }}
    select
        platform,
        {{ part }} as part,
        {{ part_start }} as part_start,
        category_number,
        streamer_number,
        airtime_seconds,
        viewer_seconds
    from {{ model }}
    where is_game
    {% endfor %}
)

select
    parts.platform,
    parts.period,
    parts.period_start,
    units.streamer_number,
    units.category_number,
    cast(sum(units.airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(units.viewer_seconds) as bigint) as viewer_seconds
from parts
inner join units
    on parts.platform = units.platform
    and parts.part = units.part
    and parts.part_start = units.part_start
group by parts.platform, parts.period, parts.period_start, units.streamer_number, units.category_number
