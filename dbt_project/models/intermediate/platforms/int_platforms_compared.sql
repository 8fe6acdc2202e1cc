-- Sums over platforms are taken only over periods that each of them covers.
with

crawled as (

    select distinct platform from {{ ref('int_crawls') }}
    where is_live and is_complete

),

periods as (

    select
        periods.*,
        platforms.covered_seconds,
        max(platforms.covered_seconds) over (
            partition by periods.period, periods.period_start
        ) as most_covered_seconds,
        max(periods.period_start) over (partition by periods.period) as newest_start
    from {{ ref('int_periods') }} as periods
    inner join crawled on periods.platform = crawled.platform
    inner join {{ ref('int_platforms_by_period') }} as platforms
        on periods.platform = platforms.platform
        and periods.period = platforms.period
        and periods.period_start = platforms.period_start
    where periods.is_listed

),

-- whoever was crawled for less than nine tenths of the time that another was covers something else
covering as (

    select * from periods
    where
        10 * covered_seconds >= 9 * most_covered_seconds
        -- platforms whose newest closed days differ have no last days in common
        and (period not like 'last%' or period_start = newest_start)

),

named as (

    select
        covering.period,
        covering.period_start,
        min(case when covering.is_closed then 1 else 0 end) = 1 as is_closed,
        {{ sorted_array('covering.platform') }} as platforms
    from covering
    group by covering.period, covering.period_start

),

absent as (

    select
        named.period,
        named.period_start,
        {{ sorted_array("case when covering.platform is null then crawled.platform end") }} as platforms
    from named
    cross join crawled
    left join covering
        on named.period = covering.period
        and named.period_start = covering.period_start
        and crawled.platform = covering.platform
    group by named.period, named.period_start

)

select
    covering.platform,
    covering.period,
    covering.period_start,
    covering.period_end,
    covering.coverage,
    named.is_closed,
    named.platforms,
    absent.platforms as absent_platforms
from covering
inner join named
    on covering.period = named.period
    and covering.period_start = named.period_start
inner join absent
    on covering.period = absent.period
    and covering.period_start = absent.period_start
