with

calls as (

    select * from {{ ref('int_source_calls') }}

)

select
    service,
    quota_date,
    cast(calls as bigint) as calls,
    cast(asked as bigint) as asked,
    cast(unanswered as bigint) as unanswered,
    cast(units as bigint) as units,
    units_per_day,
    cast(units_left as bigint) as units_left
from calls
