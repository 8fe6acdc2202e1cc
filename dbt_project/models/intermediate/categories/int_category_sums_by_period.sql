{{ config(materialized='ephemeral', stale='facts') }} -- depends_on: {{ ref('int_day_facts') if not execute }}
{%- set split_count = 'coalesce(labels.split_count, 1)' %}

-- Sums of the stale periods, by numbers. Whoever is in many periods is counted for all of them at once.
with
periods as (

    select * from {{ ref('int_period_parts') }} as periods
    where {{ in_stale_periods('periods') }}

),

parts as (

    select distinct
        platform,
        part,
        part_start,
        part_number,
        chunk,
        mask
    from periods

),

units as (
    {% for part, part_start, model in [("'day'", 'day', ref('int_streamer_category_days')),
        ('units.period', 'period_start', ref('int_streamer_category_blocks'))] %}
    {{ "union all" if not loop.first }}
    select
        parts.*,
        units.category_number,
        units.streamer_number,
        units.airtime_seconds,
        units.viewer_seconds
    from {{ model }} as units
    inner join parts
        on units.platform = parts.platform
        and {{ part }} = parts.part
        and units.{{ part_start }} = parts.part_start
    {% endfor %}
),

part_sums as (

    select
        part_number,
        chunk,
        category_number,
        case when chunk > 0 then count(*) end as unique_streamers,
        cast(sum(airtime_seconds) as {{ big_integer() }}) * {{ split_units() }} as airtime_units,
        cast(sum(viewer_seconds) as {{ big_integer() }}) * {{ split_units() }} as viewer_units
    from units
    group by part_number, chunk, category_number

),

sums as (

    select
        periods.period_number,
        coalesce(labels.category_number, part_sums.category_number) as category_number,
        sum({{ div('part_sums.airtime_units', split_count, big_integer()) }}) as airtime_units,
        sum({{ div('part_sums.viewer_units', split_count, big_integer()) }}) as viewer_units,
        max(case when labels.game_number is null then part_sums.unique_streamers end) as unique_streamers
    from part_sums
    inner join periods on part_sums.part_number = periods.part_number and part_sums.chunk = periods.chunk
    left join {{ ref('int_game_categories') }} as labels on part_sums.category_number = labels.game_number
    group by periods.period_number, coalesce(labels.category_number, part_sums.category_number)

),

masks as (

    select
        units.chunk,
        coalesce(labels.category_number, units.category_number) as category_number,
        bit_or(units.mask) as mask
    from units
    left join {{ ref('int_game_categories') }} as labels on units.category_number = labels.game_number
    where units.chunk < 0 or labels.game_number is not null
    group by units.chunk, coalesce(labels.category_number, units.category_number), units.streamer_number

),

counts as (

    select
        chunk,
        category_number,
        mask,
        count(*) as unique_streamers
    from masks
    group by chunk, category_number, mask

),

uniques as (

    select
        periods.period_number,
        counts.category_number,
        sum(counts.unique_streamers) as unique_streamers
    from counts
    inner join periods on counts.chunk = periods.chunk and periods.is_first
    where (counts.mask & periods.flag) <> 0
    group by periods.period_number, counts.category_number

)

select
    sums.period_number,
    sums.category_number,
    sums.airtime_units,
    sums.viewer_units,
    cast(coalesce(sums.unique_streamers, uniques.unique_streamers) as bigint) as unique_streamers
from sums
left join uniques
    on sums.period_number = uniques.period_number
    and sums.category_number = uniques.category_number
