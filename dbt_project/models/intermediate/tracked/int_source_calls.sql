{{ config(materialized='view') }}
-- What a service's quota has left is a matter of its own day, which ends in its own time zone.
with

calls as (

    select * from {{ ref('stg_tracked__calls') }}

)

select
    service,
    quota_date,
    sum(call_count) as calls,
    sum(asked_count) as asked,
    sum(case when is_answered then 0 else 1 end) as unanswered,
    sum(units) as units,
    max(units_per_day) as units_per_day,
    case
        when max(units_per_day) is not null then greatest(max(units_per_day) - sum(units), 0)
    end as units_left
from calls
group by service, quota_date
