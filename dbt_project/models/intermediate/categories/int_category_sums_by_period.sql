{{ config(materialized='ephemeral', stale='facts') }}
{%- set in_units = 'cast(sum({0}) as ' ~ big_integer() ~ ') * ' ~ split_units() %}

-- What the stale periods sum up to, by numbers. Whoever a category had in many periods is counted for all of
-- them at once, by a bit for each period.
with

parts as (

    select * from {{ ref('int_period_parts') }} as parts
    where {{ in_stale_periods('parts') }}

),

periods as (

    select distinct
        period_number,
        chunk,
        bit
    from parts

),

masks as (

    select
        platform,
        part,
        part_start,
        part_number,
        chunk,
        cast(sum(bit) as bigint) as mask
    from parts
    group by platform, part, part_start, part_number, chunk

),

units as (
    {% for part, part_start, model in [("'day'", 'day', ref('int_streamer_category_days')),
        ('period', 'period_start', ref('int_streamer_category_blocks'))] %}
    {{ "union all" if not loop.first }}
    select
        masks.part_number,
        masks.chunk,
        masks.mask,
        units.category_number,
        units.streamer_number,
        units.airtime_seconds,
        units.viewer_seconds
    from masks
    inner join (select *, {{ part }} as part, {{ part_start }} as part_start from {{ model }}) as units
        on masks.platform = units.platform
        and masks.part = units.part
        and masks.part_start = units.part_start
    {% endfor %}
),

labels as (

    select
        {{ category_number("'game'", 'game_id') }} as game_number,
        {{ category_number('category_type', 'category') }} as category_number,
        split_count
    from {{ ref('int_game_categories') }}

),

part_sums as (

    select
        part_number,
        chunk,
        category_number,
        {{ in_units.format('airtime_seconds') }} as airtime_units,
        {{ in_units.format('viewer_seconds') }} as viewer_units
    from units
    group by part_number, chunk, category_number

),

sums as (

    select
        parts.period_number,
        coalesce(labels.category_number, part_sums.category_number) as category_number,
        sum({{ div('part_sums.airtime_units', 'coalesce(labels.split_count, 1)') }}) as airtime_units,
        sum({{ div('part_sums.viewer_units', 'coalesce(labels.split_count, 1)') }}) as viewer_units
    from part_sums
    inner join parts on part_sums.part_number = parts.part_number and part_sums.chunk = parts.chunk
    left join labels on part_sums.category_number = labels.game_number
    group by 1, 2

),

streamers as (

    select
        units.chunk,
        coalesce(labels.category_number, units.category_number) as category_number,
        bit_or(units.mask) as mask
    from units
    left join labels on units.category_number = labels.game_number
    group by 1, 2, units.streamer_number

),

streamer_counts as (

    select
        chunk,
        category_number,
        mask,
        count(*) as streamer_count
    from streamers
    group by chunk, category_number, mask

),

uniques as (

    select
        periods.period_number,
        streamer_counts.category_number,
        cast(sum(streamer_counts.streamer_count) as bigint) as unique_streamers
    from streamer_counts
    inner join periods
        on streamer_counts.chunk = periods.chunk
        and (streamer_counts.mask & periods.bit) <> 0
    group by periods.period_number, streamer_counts.category_number

)

select
    sums.period_number,
    sums.category_number,
    sums.airtime_units,
    sums.viewer_units,
    uniques.unique_streamers
from sums
inner join uniques
    on sums.period_number = uniques.period_number
    and sums.category_number = uniques.category_number
