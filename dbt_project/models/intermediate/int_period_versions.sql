with

period_days as (

    select * from {{ ref('int_period_days') }}

),

days as (

    select * from {{ ref('int_days') }}

),

category_days as (

    select * from {{ ref('int_category_days') }}

)

select
    period_days.platform,
    period_days.period,
    period_days.period_start,
    cast(sum(days.source_version) as bigint) as source_version,
    max_by(days.history_version, days.day) as history_version,
    cast(sum(coalesce(category_days.facts_version, days.source_version)) as bigint) as facts_version
from period_days
inner join days
    on period_days.platform = days.platform
    and period_days.day = days.day
left join category_days
    on period_days.platform = category_days.platform
    and period_days.day = category_days.day
group by period_days.platform, period_days.period, period_days.period_start
