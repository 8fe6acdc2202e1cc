with

spans as (

    select * from {{ ref('int_period_spans') }}

),

days as (

    select * from {{ ref('int_days') }}

)

select
    spans.platform,
    spans.period,
    spans.period_start,
    days.day,
    days.covered_seconds
from spans
inner join days
    on spans.platform = days.platform
    and spans.period_start <= days.day
    and spans.period_end > days.day
