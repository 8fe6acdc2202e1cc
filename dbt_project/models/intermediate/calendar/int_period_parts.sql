-- Longer periods are the sum of whole months and weeks, which are summed up once, and of the days left over.
with

days as (

    select
        periods.platform,
        periods.period,
        periods.period_start,
        periods.period_end,
        days.day,
        cast(date_trunc('week', days.day) as date) as week_start,
        cast(date_trunc('month', days.day) as date) as month_start
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('int_days') }} as days
        on periods.platform = days.platform
        and periods.period_start <= days.day
        and periods.period_end > days.day
        and days.has_crawls
        and days.is_visible

),

bounds as (

    select
        *,
        cast(week_start + interval '7' day as date) as week_end,
        cast(month_start + interval '1' month as date) as month_end,
        cast(date_trunc('month', week_start) as date) as first_month,
        cast(date_trunc('month', week_start + interval '6' day) as date) as last_month
    from days

),

chosen as (

    select
        *,
        case
            when month_start >= period_start and month_end <= period_end then 'month'
            -- a week of which some days are in a whole month already is not whole any more
            when
                week_start >= period_start
                and week_end <= period_end
                and (
                    first_month < period_start
                    or cast(first_month + interval '1' month as date) > period_end
                )
                and (
                    last_month < period_start
                    or cast(last_month + interval '1' month as date) > period_end
                )
                then 'week'
            else 'day'
        end as part
    from bounds

),

parts as (

    select distinct
        platform,
        period,
        period_start,
        part,
        case part when 'month' then month_start when 'week' then week_start else day end as part_start
    from chosen

),

numbered as (

    select
        *,
        dense_rank() over (order by platform, part, part_start) as part_number,
        dense_rank() over (order by platform, period, period_start) as period_number,
        row_number() over (
            partition by platform, period, period_start order by part, part_start
        ) = 1 as is_first,
        count(*) over (partition by platform, period, period_start) = 1 as is_whole
    from parts

),

-- whoever is in many periods is counted for all of them at once, by a bit for each period: up to 50 share a
-- mask, and a period that is one part has one of its own
flagged as (

    select
        *,
        case when is_whole then period_number else -1 - {{ div('period_number', 50) }} end as chunk,
        case when is_whole then 1 else cast(power(2, period_number % 50) as bigint) end as flag
    from numbered

)

select
    *,
    cast(sum(flag) over (partition by part_number, chunk) as bigint) as mask
from flagged
