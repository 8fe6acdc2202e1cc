-- Games add up to their platform, and so do publishers and languages: nothing is lost in the split.
with

categories as (

    select * from {{ ref('int_categories_by_period') }}
    where category_type in ('game', 'publisher', 'language')

),

expected as (

    select
        *,
        'game' as category_type
    from {{ ref('int_platforms_by_period') }}
    union all
    select
        *,
        'publisher' as category_type
    from {{ ref('int_platforms_by_period') }}
    union all
    select
        *,
        'language' as category_type
    from {{ ref('int_platforms_by_period') }}

),

-- a game of more than 16 publishers does not divide evenly
uneven as (

    select distinct
        platform,
        category_type
    from {{ ref('int_game_categories') }}
    where split_count > 16

),

sums as (

    select
        platform,
        period,
        period_start,
        category_type,
        sum(airtime_units) as airtime_units,
        sum(viewer_units) as viewer_units
    from categories
    group by platform, period, period_start, category_type

)

select
    expected.platform,
    expected.period,
    expected.period_start,
    expected.category_type
from expected
left join uneven
    on expected.platform = uneven.platform
    and expected.category_type = uneven.category_type
left join sums
    on expected.platform = sums.platform
    and expected.period = sums.period
    and expected.period_start = sums.period_start
    and expected.category_type = sums.category_type
where
    uneven.platform is null
    and (
        coalesce(sums.airtime_units, 0)
        <> cast(expected.airtime_seconds as {{ big_integer() }}) * {{ split_units() }}
        or coalesce(sums.viewer_units, 0)
        <> cast(expected.viewer_seconds as {{ big_integer() }}) * {{ split_units() }}
    )
