with

calls as (

    select * from {{ ref('int_source_calls') }}

)

-- a day of a quota ends in the time zone of its service, in the midst of a day of UTC
select
    service,
    quota_date,
    cast(sum(calls) as bigint) as calls,
    cast(sum(asked) as bigint) as asked,
    cast(sum(unanswered) as bigint) as unanswered,
    cast(sum(units) as bigint) as units,
    max(units_per_day) as units_per_day,
    case
        when max(units_per_day) is not null
            then cast(greatest(max(units_per_day) - sum(units), 0) as bigint)
    end as units_left
from calls
group by service, quota_date
